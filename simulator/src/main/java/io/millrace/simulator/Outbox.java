package io.millrace.simulator;

import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a device has published at QoS 1 or 2 and nobody has acknowledged yet, in order, as esp-mqtt keeps it: it outlives the
 * connection, only the oldest message is sent again, at most one a second, and each is forgotten after a while. A list of its own
 * because nearly always it holds no message or one. One per device, used by its event loop only.
 */
final class Outbox {
    /** A board has little memory, and a fleet has many boards: further readings are skipped and counted. */
    static final int MAX_MESSAGES = 32;

    static final class Message {
        final int packetId;
        final DeviceTopic topic;
        final byte[] payload;
        /** Of a reading; 0 for all else. */
        final int messageId;

        private final long publishedAt;
        private long sentAt;
        private boolean sent;
        private boolean received;
        private @Nullable Message next;

        private Message(int packetId, DeviceTopic topic, byte[] payload, int messageId, long publishedAt) {
            this.packetId = packetId;
            this.messageId = messageId;
            this.topic = topic;
            this.payload = payload;
            this.publishedAt = publishedAt;
        }

        void sent(long now) {
            sent = true;
            sentAt = now;
        }

        boolean isSent() {
            return sent;
        }

        /** First sending, System.nanoTime. */
        long sentAt() {
            return sentAt;
        }
    }

    private final long resendAfter;
    private final long forgetAfter;
    private final IntConsumer forgotten;
    private @Nullable Message head;
    private @Nullable Message tail;
    private int size;
    private long lastResend;

    /** `forgotten` is told the ids of readings that are given up. */
    Outbox(EspTimings timings, long now, IntConsumer forgotten) {
        this.forgotten = forgotten;
        this.resendAfter = timings.resendAfter().toNanos();
        this.forgetAfter = timings.forgetAfter().toNanos();
        this.lastResend = now - resendAfter;
    }

    boolean isFull() {
        return size == MAX_MESSAGES;
    }

    /** Keeps a message under a new random packet id; it counts as not yet sent. */
    Message add(DeviceTopic topic, byte[] payload, int messageId, long now, RandomGenerator random) {
        int packetId = random.nextInt(1, 65_536);
        while (holds(packetId)) {
            packetId = random.nextInt(1, 65_536);
        }
        Message message = new Message(packetId, topic, payload, messageId, now);
        if (tail == null) {
            head = message;
        } else {
            tail.next = message;
        }
        tail = message;
        size++;
        return message;
    }

    /** PUBACK or PUBCOMP: the message is done. Empty for an id that is not held, like that of a message acknowledged twice. */
    Optional<Message> acknowledge(int packetId) {
        Message before = null;
        for (Message message = head; message != null; before = message, message = message.next) {
            if (message.packetId == packetId) {
                unlink(before, message);
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** PUBREC: the message itself is not sent again [MQTT-4.3.3-1]. */
    void received(int packetId) {
        for (Message message = head; message != null; message = message.next) {
            if (message.packetId == packetId) {
                message.received = true;
                return;
            }
        }
    }

    /** Gives up what is too old and says how many messages that were. */
    int forget(long now) {
        int given = 0;
        while (head != null && now - head.publishedAt >= forgetAfter) {
            if (head.messageId > 0) {
                forgotten.accept(head.messageId);
            }
            unlink(null, head);
            given++;
        }
        return given;
    }

    /** The ids of readings that are neither acknowledged nor given up. */
    IntStream readings() {
        IntStream.Builder readings = IntStream.builder();
        for (Message message = head; message != null; message = message.next) {
            if (message.messageId > 0) {
                readings.add(message.messageId);
            }
        }
        return readings.build();
    }

    /** The oldest message of all. */
    Optional<Message> oldest() {
        return Optional.ofNullable(head);
    }

    /** The next message that was published while there was no connection. */
    Optional<Message> unsent() {
        for (Message message = head; message != null; message = message.next) {
            if (!message.sent) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** The message to send again now, if there is one; it is not named again before the pause is over. */
    Optional<Message> resend(long now) {
        Message oldest = oldestUnreceived();
        if (oldest == null || now - resendDue(oldest) < 0) {
            return Optional.empty();
        }
        lastResend = now;
        return Optional.of(oldest);
    }

    /** When something will be to resend or to forget; `otherwise` if the outbox is empty. */
    long nextDue(long otherwise) {
        if (head == null) {
            return otherwise;
        }
        long forget = head.publishedAt + forgetAfter;
        Message oldest = oldestUnreceived();
        return oldest == null || forget - resendDue(oldest) < 0 ? forget : resendDue(oldest);
    }

    private long resendDue(Message message) {
        long byAge = message.sentAt + resendAfter;
        long byPause = lastResend + resendAfter;
        return byAge - byPause > 0 ? byAge : byPause;
    }

    private @Nullable Message oldestUnreceived() {
        Message message = head;
        while (message != null && (message.received || !message.sent)) {
            message = message.next;
        }
        return message;
    }

    private boolean holds(int packetId) {
        for (Message message = head; message != null; message = message.next) {
            if (message.packetId == packetId) {
                return true;
            }
        }
        return false;
    }

    private void unlink(@Nullable Message before, Message message) {
        if (before == null) {
            head = message.next;
        } else {
            before.next = message.next;
        }
        if (tail == message) {
            tail = before;
        }
        size--;
    }
}
