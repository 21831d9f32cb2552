package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.millrace.simulator.ledger.Sent;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The firmware of one board: a reading every interval, whatever the connection does, and obedience to commands, which the next
 * reading reports back. Runs on its shard's event loop only.
 */
final class SimulatedDevice extends Agenda.Entry {
    private static final int[] NONE = {};

    private final FleetShard shard;
    private final FleetGroup group;
    private final String deviceId;
    private final int number;
    private final Board board;
    private final ReactionWatch watch = new ReactionWatch();
    private final Conversation conversation;
    private final double[] state;
    private int messageId;
    private int[] givenUp = NONE;
    private boolean started;
    private long readingDue;

    /** `number` is its place in the fleet. */
    SimulatedDevice(FleetShard shard, FleetGroup group, DeviceCredentials credentials, int number, Board board) {
        this.shard = shard;
        this.group = group;
        this.deviceId = credentials.deviceId();
        this.number = number;
        this.board = board;
        this.state = group.behaviour().payload().start(shard.random());
        IntConsumer forgotten = this::gaveUp;
        this.conversation = group.server().transport().http()
                ? new HttpConversation(shard, credentials, this, forgotten)
                : new EspConversation(shard, credentials, this, forgotten);
    }

    void connectAt(long moment) {
        shard.enter(conversation, moment);
    }

    /** The first reading comes at a random moment within the interval, so that a fleet does not speak in chorus. */
    void connected(long now) {
        if (!started) {
            started = true;
            readingDue = now + (long) (shard.random().nextDouble() * intervalNanos());
            shard.enter(this, readingDue);
        }
    }

    @Override
    void run(long now) {
        publishReading(now);
        // After a pause of the whole process the readings in between are not made up for.
        long missed = (now - readingDue) / intervalNanos();
        shard.meters().count(Count.READINGS_MISSED, (int) missed);
        readingDue += missed * intervalNanos() + pause();
        shard.enter(this, readingDue);
    }

    private long pause() {
        double jitter = group.behaviour().jitter();
        return jitter == 0
                ? intervalNanos()
                : (long) (intervalNanos() * (1 + jitter * (2 * shard.random().nextDouble() - 1)));
    }

    private void publishReading(long now) {
        if (!conversation.takes(qos())) {
            shard.meters().count(Count.READINGS_SKIPPED);
            return;
        }
        ReadingPayload reading = shard.readingPayload().begin(++messageId, deviceId);
        if (hasBoard()) {
            int temperature = board.read(now, shard.random());
            if (conversation.isConnected()) {
                count(watch.published(temperature, now));
            } else {
                watch.kept(temperature);
            }
            reading = reading.board(temperature, board.led(), board.fan());
        }
        byte[] payload = reading.fields(
                        group.behaviour().payload(), state, shard.secondsSinceStart(now), shard.random())
                .end();
        shard.meters().count(Count.READINGS);
        conversation.publish(DeviceTopic.TELEMETRY, payload, messageId, now);
    }

    private void count(ReactionWatch.Crossing crossing) {
        if (crossing == ReactionWatch.Crossing.NONE) {
            return;
        }
        shard.meters().count(Count.CROSSINGS);
        if (crossing == ReactionWatch.Crossing.CROSSED_UNANSWERED) {
            shard.meters().count(Count.CROSSINGS_UNANSWERED);
        }
    }

    void commandReceived(String payload, boolean redelivered, long now) {
        ReceivedCommand received = ReceivedCommand.of(payload);
        shard.meters().count(received.command());
        if (redelivered) {
            shard.meters().count(Count.COMMANDS_REDELIVERED);
        }
        long reaction = watch.arrived(received.command(), now);
        if (reaction >= 0) {
            shard.meters().count(Count.CROSSINGS_ANSWERED);
            shard.meters().reactedAfter(reaction);
        }
        if (hasBoard() && !board.apply(received.command(), now, shard.random())) {
            shard.meters().count(Count.COMMANDS_WITHOUT_EFFECT);
        }
        if (group.behaviour().reportOnCommand()) {
            publishReading(now);
        }
        if (received.id().isPresent() || group.behaviour().answerPlainCommands()) {
            answer(received, now);
        }
    }

    private void answer(ReceivedCommand command, long now) {
        if (conversation.takes(qos())) {
            shard.meters().count(Count.RESPONSES);
            conversation.publish(DeviceTopic.RESPONSES, command.response(), 0, now);
        }
    }

    /** A reading that nobody has acknowledged, and nobody will. */
    void gaveUp(int reading) {
        givenUp = Arrays.copyOf(givenUp, givenUp.length + 1);
        givenUp[givenUp.length - 1] = reading;
    }

    /** When the device has stopped. */
    Sent sent() {
        boolean acknowledgeable = qos() > 0 || group.server().transport().http();
        int[] open = IntStream.concat(Arrays.stream(givenUp), conversation.outbox.readings())
                .toArray();
        return Sent.of(deviceId, messageId, acknowledgeable, open);
    }

    CompletableFuture<Void> stop() {
        shard.remove(this);
        return conversation.stop();
    }

    FleetGroup group() {
        return group;
    }

    String deviceId() {
        return deviceId;
    }

    int number() {
        return number;
    }

    int qos() {
        return group.behaviour().qos();
    }

    private boolean hasBoard() {
        return group.behaviour().payload().board();
    }

    private long intervalNanos() {
        return group.behaviour().interval().toNanos();
    }
}
