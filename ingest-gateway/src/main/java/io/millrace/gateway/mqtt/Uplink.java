package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.AckOrder;
import io.millrace.gateway.flow.Allowance;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.flow.ReceivedIds;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client publishes and how it is answered: room and pace, duplicates, QoS 2, acknowledgements in order. Of each message
 * that it takes its {@link Connection} makes something. Lives as long as the connection, and behind its end until Kafka has
 * answered what it took; its event loop only.
 */
final class Uplink implements AckOrder.Answers {
    private static final Logger log = LoggerFactory.getLogger(Uplink.class);
    /** MQTT 3.1.1 knows no Receive Maximum: beyond this we stop reading until half of them are answered. */
    private static final int MOST_UNANSWERED = 1_000;

    /** A pause for each message would cost more than the messages. */
    private static final long SHORTEST_REST_MILLIS = 100;

    private static final int PACKET_ID_NOT_FOUND = 0x92;
    private static final int NOT_AUTHORIZED = 0x87;
    static final int QUOTA_EXCEEDED = 0x97;

    private final Connection connection;
    private final MqttSocket socket;
    private final Loop loop;
    private final GatewayMetrics metrics;
    private final int receiveMaximum;
    private final AckOrder unanswered = new AckOrder(this);
    private final ReceivedIds received = new ReceivedIds();
    private @Nullable MqttPublishMessage heldMessage;
    /** QoS 2 messages of this connection between PUBREC and PUBREL: they too count against Receive Maximum [MQTT 5, 4.9]. */
    private int unreleased;
    /** Messages sent again among the unanswered: they do not count against it. */
    private int repeats;

    private final Allowance allowance;
    private final boolean mqtt5;
    private boolean clientIsSlow;
    private boolean clientIsTooFast;
    private @Nullable Runnable lastAnswered;

    Uplink(Connection connection, GatewayMetrics metrics, int receiveMaximum) {
        this.connection = connection;
        this.socket = connection.socket;
        this.loop = connection.loop;
        this.mqtt5 = connection.mqtt5;
        this.metrics = metrics;
        this.receiveMaximum = receiveMaximum;
        this.allowance = loop.allowance();
    }

    void onPublish(MqttPublishMessage message) {
        connection.heard();
        if (connection.hasEnded()) {
            return;
        }
        if (unanswered.size() >= MOST_UNANSWERED || !loop.hasRoom(this, allowance)) {
            heldMessage = message;
            socket.pause();
        } else {
            take(message);
        }
    }

    /** Reads on, after a stop with one message in hand; it stops again at once if there is still no room. */
    void release() {
        MqttPublishMessage message = heldMessage;
        if (connection.hasEnded()) {
            return;
        }
        heldMessage = null;
        if (message != null) {
            onPublish(message);
        }
        if (reads()) {
            connection.heard();
            connection.resume();
        }
    }

    /** Whether a message that has been read waits for room. */
    boolean holds() {
        return heldMessage != null;
    }

    /** Whether nothing keeps us from hearing the client. */
    boolean reads() {
        return heldMessage == null && !clientIsSlow && !clientIsTooFast;
    }

    private void take(MqttPublishMessage message) {
        int qos = message.qosLevel().value();
        if (mqtt5 && breaksWhatWasDeclared(message)) {
            return;
        }
        if (qos > 0 && isRepeat(message, qos)) {
            return;
        }
        if (mqtt5 && qos > 0 && unanswered.size() - repeats + unreleased >= receiveMaximum) {
            connection.disconnect(MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED, CloseReason.PROTOCOL_ERROR);
            return;
        }
        byte[] payload = MqttSocket.bytes(message.payload());
        metrics.received.increment();
        metrics.bytes.add(payload.length);
        spend(payload.length);
        Publication publication =
                new Publication(loop.inFlight(), qos == 0 ? null : unanswered, message.messageId(), qos);
        if (qos > 0) {
            unanswered.append(publication);
        }
        try {
            connection.published(message, payload, publication);
        } catch (RuntimeException e) {
            // A bug; unanswered, the message would hold up all that come behind it.
            publication.fails(e);
            connection.disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
            throw e;
        }
    }

    /** What CONNACK said is not available [MQTT-3.2.2-14], [MQTT-3.3.2-9]. */
    private boolean breaksWhatWasDeclared(MqttPublishMessage message) {
        if (message.isRetain()) {
            connection.disconnect(MqttDisconnectReasonCode.RETAIN_NOT_SUPPORTED, CloseReason.PROTOCOL_ERROR);
            return true;
        }
        return false;
    }

    /**
     * Whether the message is one that is here already; then it is answered again. esp-mqtt sends a QoS 1 message again after a
     * second, with DUP; a QoS 2 packet id is the same message until PUBREL.
     */
    private boolean isRepeat(MqttPublishMessage message, int qos) {
        int packetId = message.messageId();
        if (qos == 1 && !message.isDup()) {
            return false;
        }
        Optional<Publication> unansweredFirst = unanswered.find(packetId);
        if (unansweredFirst.isEmpty() && !(qos == 2 && received.contains(packetId))) {
            return false;
        }
        Publication first =
                unansweredFirst.orElseGet(() -> new Publication(loop.inFlight(), unanswered, packetId, qos));
        Publication again = first.again();
        repeats++;
        unanswered.append(again);
        unanswered.done(again);
        metrics.duplicates.increment();
        connection.noticed(Sign.DUPLICATE, "");
        return true;
    }

    /**
     * Nothing is lost of what comes too fast: it is read later.
     *
     * @param bytes of the payload; 0 for a packet without one
     */
    void spend(int bytes) {
        if (!allowance.spend(bytes, loop.nanos()) || clientIsTooFast) {
            return;
        }
        long wait = allowance.rest(System.nanoTime());
        if (wait > 0 && !connection.hasEnded()) {
            clientIsTooFast = true;
            metrics.rateLimited.increment();
            connection.noticed(Sign.RATE_LIMITED, "");
            socket.pause();
            var unused = loop.schedule(
                    this::rested, Math.max(TimeUnit.NANOSECONDS.toMillis(wait) + 1, SHORTEST_REST_MILLIS));
        }
    }

    private void rested() {
        clientIsTooFast = false;
        release();
    }

    /** It is not for this client to publish: answered, dropped, counted; the socket stays. */
    void refuse(Publication publication) {
        refuse(publication, RejectReason.NOT_AUTHORIZED, NOT_AUTHORIZED);
    }

    void refuse(Publication publication, RejectReason reason, int reasonCode) {
        metrics.rejected(reason);
        if (publication.answering() != null) {
            unanswered.doneWith(publication, reasonCode);
        }
    }

    @Override
    public void acknowledge(Publication publication) {
        if (connection.hasEnded()) {
            answeredBehindTheEnd(publication);
            return;
        }
        int packetId = publication.packetId();
        int reasonCode = mqtt5 ? publication.reasonCode() : Publication.SUCCESS;
        if (publication.isRepeat()) {
            // The first was answered before; the client may have released its packet id since.
            repeats--;
        } else if (publication.qos() == 2 && reasonCode == Publication.SUCCESS && !received.contains(packetId)) {
            received.add(packetId);
            unreleased++;
        }
        byte[] properties = mqtt5 && publication.note() != null ? properties(reasonCode, publication.note()) : null;
        if (properties != null) {
            acknowledge(publication, reasonCode, properties);
        } else if (publication.qos() == 1) {
            socket.puback(packetId, reasonCode);
        } else {
            socket.pubrec(packetId, reasonCode);
        }
        slowDown();
        if (heldMessage != null && unanswered.size() == MOST_UNANSWERED / 2) {
            loop.execute(this::release);
        }
    }

    /** To be called when something was written: a client that does not read what it gets is not read either. */
    void slowDown() {
        if (!clientIsSlow && !connection.isGone() && !socket.isWritable()) {
            clientIsSlow = true;
            socket.pause();
        }
    }

    private byte @Nullable [] properties(int reasonCode, String note) {
        return Note.isWelcome(connection.endpoint) ? Note.properties(reasonCode, note) : null;
    }

    private void acknowledge(Publication publication, int reasonCode, byte[] properties) {
        if (publication.qos() == 1) {
            socket.puback(publication.packetId(), reasonCode, properties);
        } else {
            socket.pubrec(publication.packetId(), reasonCode, properties);
        }
    }

    @Override
    public void failed(Publication publication) {
        if (connection.hasEnded()) {
            answeredBehindTheEnd(publication);
        } else {
            log.atError().setCause(publication.failure()).log("Kafka refuses a message, its connection ends");
            connection.disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
        }
    }

    void onRelease(int packetId) {
        connection.heard();
        boolean known = received.release(packetId);
        if (known && unreleased > 0) {
            unreleased--;
        }
        socket.pubcomp(packetId, mqtt5 && !known ? PACKET_ID_NOT_FOUND : 0);
        slowDown();
    }

    /** Of this session, also of its connections before. */
    ReceivedIds received() {
        return received;
    }

    /** Once a second. */
    void sweep() {
        if (clientIsSlow && socket.isWritable()) {
            clientIsSlow = false;
            release();
        }
    }

    /** The client has closed the socket, and takes no answers any more. */
    void clientLeft() {
        clientIsSlow = false;
    }

    /** The connection has ended: what was read and not taken is dropped. */
    void end() {
        heldMessage = null;
    }

    /** Kafka has it; the client, that will send it again on its session's next connection, is not to have it twice. */
    private void answeredBehindTheEnd(Publication publication) {
        if (publication.qos() == 2
                && publication.failure() == null
                && !publication.isRefused()
                && !publication.isRepeat()) {
            received.add(publication.packetId());
        }
        if (lastAnswered != null && unanswered.size() == 0) {
            lastAnswered.run();
        }
    }

    /** To be called when the connection has ended. */
    void whenAllAnswered(Runnable then) {
        if (unanswered.size() == 0) {
            then.run();
        } else {
            lastAnswered = then;
        }
    }
}
