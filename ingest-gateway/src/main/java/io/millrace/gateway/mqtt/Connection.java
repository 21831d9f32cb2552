package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.AckOrder;
import io.millrace.gateway.flow.Allowance;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.flow.ReceivedIds;
import io.millrace.gateway.packet.ProtocolError;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttDisconnectMessage;
import io.vertx.mqtt.messages.MqttPubAckMessage;
import io.vertx.mqtt.messages.MqttPubRecMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the conversations with a device and with an operator have in common: acknowledgements in order, duplicates, QoS 2,
 * back-pressure, keep alive, and an end that happens once. Lives from CONNECT to the end of the socket; its event loop only.
 */
abstract class Connection implements AckOrder.Answers {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    /** MQTT 3.1.1 knows no Receive Maximum: beyond this we stop reading until half of them are answered. */
    private static final int MOST_UNANSWERED = 1_000;

    /** A pause for each message would cost more than the messages. */
    private static final long SHORTEST_REST_MILLIS = 100;

    private static final int PACKET_ID_NOT_FOUND = 0x92;
    static final int NOT_AUTHORIZED = 0x87;
    static final int QUOTA_EXCEEDED = 0x97;

    final MqttEndpoint endpoint;
    final MqttSocket socket;
    final Loop loop;
    final boolean mqtt5;
    private final GatewayMetrics metrics;
    private final int receiveMaximum;
    private final AckOrder unanswered = new AckOrder(this);
    final ReceivedIds received = new ReceivedIds();
    private @Nullable MqttPublishMessage heldMessage;
    /** QoS 2 messages of this connection between PUBREC and PUBREL: they too count against Receive Maximum [MQTT 5, 4.9]. */
    private int unreleased;

    private final Allowance allowance;
    private boolean clientIsSlow;
    private boolean clientIsTooFast;
    private long keepAliveNanos;
    private long heardNanos;
    private @Nullable Runnable lastAnswered;
    private boolean reading;
    /** Whether the client has closed the socket. */
    private boolean gone;

    private boolean ended;
    private boolean closed;
    /** Its place in {@link Loop}. */
    int index;

    Connection(MqttEndpoint endpoint, MqttSocket socket, Loop loop, GatewayMetrics metrics, int receiveMaximum) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.loop = loop;
        this.mqtt5 = Connack.isMqtt5(endpoint);
        this.metrics = metrics;
        this.receiveMaximum = receiveMaximum;
        this.heardNanos = loop.nanos();
        this.allowance = loop.allowance();
        socket.whenClosed(this::onClosed);
        var unused = endpoint.exceptionHandler(this::onException);
        loop.add(this);
    }

    /** Sends CONNACK and begins to read. */
    final void accept(boolean sessionPresent, int keepAliveSeconds, MqttProperties properties) {
        // [MQTT-3.1.2-22], and a second more, for the loop's clock moves once a second.
        keepAliveNanos = keepAliveSeconds == 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(keepAliveSeconds * 1500L + 1000);
        heard();
        var unused = endpoint.publishHandler(this::onPublish)
                .publishReleaseHandler(this::onRelease)
                .publishAcknowledgeMessageHandler(this::onAcknowledge)
                .publishReceivedMessageHandler(this::onReceived)
                .publishCompletionHandler(this::onCompletion)
                .subscribeHandler(this::onSubscribe)
                .unsubscribeHandler(this::onUnsubscribe)
                .disconnectMessageHandler(this::onDisconnect)
                .pingHandler(v -> heard())
                .accept(sessionPresent, properties);
        reading = true;
        resume();
    }

    private void resume() {
        socket.resume();
        if (gone && heldMessage == null) {
            closed = true;
            finish(CloseReason.CONNECTION_LOST);
        }
    }

    final void refuse(Refusal refusal) {
        if (!ended) {
            metrics.connect(refusal.outcome());
            finish(CloseReason.NOT_AUTHORIZED);
            closed = true;
            var unused = endpoint.reject(refusal.code(mqtt5));
        }
    }

    final void heard() {
        heardNanos = loop.nanos();
    }

    final boolean hasEnded() {
        return ended;
    }

    /** A message to take: on the way to Kafka, or refused. */
    abstract void published(MqttPublishMessage message, byte[] payload, Publication publication);

    abstract void subscribed(MqttSubscribeMessage message);

    abstract void unsubscribed(MqttUnsubscribeMessage message);

    /** The client has answered a message of QoS 1. */
    abstract void acknowledged(int packetId, boolean refused);

    /** Something is wrong with the client, for whoever looks after it. */
    abstract void noticed(Sign sign, String detail);

    /** The client has answered a message of QoS 2 with PUBREC. */
    abstract void received(int packetId, boolean refused);

    /** The client has answered a PUBREL. */
    abstract void completed(int packetId);

    /** Takes what a DISCONNECT says beside its reason; false if it says what it must not. */
    abstract boolean mayDisconnect(MqttProperties properties);

    /** Called once, before the socket is closed. */
    abstract void ended(CloseReason reason);

    /** Once a second. */
    void sweep(long now) {
        if (clientIsSlow && socket.isWritable()) {
            clientIsSlow = false;
            release();
        }
        boolean reads = heldMessage == null && !clientIsSlow && !clientIsTooFast;
        if (reads && keepAliveNanos > 0 && now - heardNanos > keepAliveNanos) {
            disconnect(MqttDisconnectReasonCode.KEEP_ALIVE_TIMEOUT, CloseReason.KEEP_ALIVE_TIMEOUT);
        }
    }

    private void onPublish(MqttPublishMessage message) {
        heard();
        if (ended) {
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
    final void release() {
        MqttPublishMessage message = heldMessage;
        if (ended) {
            return;
        }
        heldMessage = null;
        if (message != null) {
            onPublish(message);
        }
        if (heldMessage == null && !clientIsSlow && !clientIsTooFast) {
            heard();
            resume();
        }
    }

    /** Nothing is lost of what comes too fast: it is read later. */
    private void spend(int bytes) {
        if (!allowance.spend(bytes, loop.nanos()) || clientIsTooFast) {
            return;
        }
        long wait = allowance.rest(System.nanoTime());
        if (wait > 0 && !ended) {
            clientIsTooFast = true;
            metrics.rateLimited.increment();
            noticed(Sign.RATE_LIMITED, "");
            socket.pause();
            var unused = loop.schedule(
                    this::rested, Math.max(TimeUnit.NANOSECONDS.toMillis(wait) + 1, SHORTEST_REST_MILLIS));
        }
    }

    private void rested() {
        clientIsTooFast = false;
        release();
    }

    private void take(MqttPublishMessage message) {
        int qos = message.qosLevel().value();
        if (mqtt5 && breaksWhatWasDeclared(message)) {
            return;
        }
        if (qos > 0 && isInFlight(message, qos)) {
            metrics.duplicates.increment();
            noticed(Sign.DUPLICATE, "");
            Publication again = new Publication(loop.inFlight(), unanswered, message.messageId(), qos);
            unanswered.append(again);
            unanswered.doneWith(again, Publication.SUCCESS);
            return;
        }
        if (mqtt5 && qos > 0 && unanswered.size() + unreleased >= receiveMaximum) {
            disconnect(MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED, CloseReason.PROTOCOL_ERROR);
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
            published(message, payload, publication);
        } catch (RuntimeException e) {
            // A bug; unanswered, the message would hold up all that come behind it.
            disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
            throw e;
        }
    }

    /** What CONNACK said is not available [MQTT-3.2.2-14], [MQTT-3.3.2-9]. */
    private boolean breaksWhatWasDeclared(MqttPublishMessage message) {
        if (message.isRetain()) {
            disconnect(MqttDisconnectReasonCode.RETAIN_NOT_SUPPORTED, CloseReason.PROTOCOL_ERROR);
            return true;
        }
        return false;
    }

    /** esp-mqtt sends a QoS 1 message again after a second, with DUP; a QoS 2 packet id is the same message until PUBREL. */
    private boolean isInFlight(MqttPublishMessage message, int qos) {
        return qos == 2
                ? received.contains(message.messageId()) || unanswered.holds(message.messageId())
                : message.isDup() && unanswered.holds(message.messageId());
    }

    /** It is not for this client to publish: answered, dropped, counted; the socket stays. */
    final void refuse(Publication publication) {
        refuse(publication, RejectReason.NOT_AUTHORIZED, NOT_AUTHORIZED);
    }

    final void refuse(Publication publication, RejectReason reason, int reasonCode) {
        metrics.rejected(reason);
        if (publication.answering() != null) {
            unanswered.doneWith(publication, reasonCode);
        }
    }

    @Override
    public final void acknowledge(Publication publication) {
        if (ended) {
            answeredBehindTheEnd(publication);
            return;
        }
        int packetId = publication.packetId();
        int reasonCode = mqtt5 ? publication.reasonCode() : Publication.SUCCESS;
        if (publication.qos() == 2 && reasonCode == Publication.SUCCESS && !received.contains(packetId)) {
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
        if (!clientIsSlow && !gone && !socket.isWritable()) {
            clientIsSlow = true;
            socket.pause();
        }
        if (heldMessage != null && unanswered.size() == MOST_UNANSWERED / 2) {
            loop.execute(this::release);
        }
    }

    private byte @Nullable [] properties(int reasonCode, String note) {
        return Note.isWelcome(endpoint) ? Note.properties(reasonCode, note) : null;
    }

    private void acknowledge(Publication publication, int reasonCode, byte[] properties) {
        if (publication.qos() == 1) {
            socket.puback(publication.packetId(), reasonCode, properties);
        } else {
            socket.pubrec(publication.packetId(), reasonCode, properties);
        }
    }

    @Override
    public final void failed(Publication publication) {
        if (ended) {
            answeredBehindTheEnd(publication);
        } else {
            log.atError().setCause(publication.failure()).log("Kafka refuses a message, its connection ends");
            disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
        }
    }

    /** Kafka has it; the client, that will send it again on its session's next connection, is not to have it twice. */
    private void answeredBehindTheEnd(Publication publication) {
        if (publication.qos() == 2 && publication.failure() == null && !publication.isRefused()) {
            received.add(publication.packetId());
        }
        if (lastAnswered != null && unanswered.size() == 0) {
            lastAnswered.run();
        }
    }

    /** To be called when the connection has ended. */
    final void whenAllAnswered(Runnable then) {
        if (unanswered.size() == 0) {
            then.run();
        } else {
            lastAnswered = then;
        }
    }

    private void onRelease(int packetId) {
        heard();
        boolean known = received.release(packetId);
        if (known && unreleased > 0) {
            unreleased--;
        }
        socket.pubcomp(packetId, mqtt5 && !known ? PACKET_ID_NOT_FOUND : 0);
    }

    private void onAcknowledge(MqttPubAckMessage message) {
        heard();
        acknowledged(message.messageId(), (message.code().value() & 0x80) != 0);
    }

    private void onReceived(MqttPubRecMessage message) {
        heard();
        received(message.messageId(), (message.code().value() & 0x80) != 0);
    }

    private void onCompletion(int packetId) {
        heard();
        completed(packetId);
    }

    private void onSubscribe(MqttSubscribeMessage message) {
        heard();
        spend(0);
        if (mqtt5 && message.properties().getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
            disconnect(MqttDisconnectReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, CloseReason.PROTOCOL_ERROR);
        } else {
            subscribed(message);
        }
    }

    private void onUnsubscribe(MqttUnsubscribeMessage message) {
        heard();
        spend(0);
        unsubscribed(message);
    }

    /** vertx-mqtt closes the socket when this returns. */
    private void onDisconnect(MqttDisconnectMessage message) {
        if (mqtt5 && !mayDisconnect(message.properties())) {
            noticed(Sign.PROTOCOL_ERROR, "session expiry in DISCONNECT");
            closed = true;
            finish(CloseReason.PROTOCOL_ERROR);
            socket.goodbye(MqttDisconnectReasonCode.PROTOCOL_ERROR.value() & 0xff);
            return;
        }
        boolean keepsWill = message.code() != MqttDisconnectReasonCode.NORMAL;
        closed = true;
        finish(keepsWill ? CloseReason.CONNECTION_LOST : CloseReason.CLIENT_DISCONNECT);
    }

    private void onException(Throwable failure) {
        if (failure instanceof ProtocolError error) {
            disconnect(error.code(), CloseReason.PROTOCOL_ERROR, String.valueOf(error.getMessage()));
        } else if (!isFromClient(failure)) {
            log.atError().setCause(failure).log("a conversation failed");
            disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
        } else if (failure instanceof DecoderException) {
            // Of a layer below: TLS, WebSocket.
            disconnect(MqttDisconnectReasonCode.MALFORMED_PACKET, CloseReason.PROTOCOL_ERROR);
        } else {
            // A socket that breaks; its close follows.
            log.atDebug().setCause(failure).log("socket failed");
        }
    }

    /** Bytes that are not understood, or a socket that breaks; anything else is a bug of ours. */
    static boolean isFromClient(Throwable failure) {
        if (failure instanceof DecoderException) {
            Throwable cause = failure.getCause();
            return !(cause instanceof RuntimeException) || cause instanceof DecoderException;
        }
        return failure instanceof IOException;
    }

    /**
     * What the client sent before it left and we had no room for, readings and its DISCONNECT, still waits in order, and is taken
     * as the room comes; only then the connection ends.
     */
    private void onClosed() {
        gone = true;
        clientIsSlow = false;
        if (!reading || ended) {
            closed = true;
            finish(CloseReason.CONNECTION_LOST);
            // What was read and not handled is handed out and freed.
            socket.resume();
        } else if (heldMessage == null) {
            resume();
        }
    }

    /** Ends the session and the connection; MQTT 5 clients are told why. */
    final void disconnect(MqttDisconnectReasonCode code, CloseReason reason) {
        disconnect(code, reason, "");
    }

    /** @param why for the person who programs the client, short; empty if the code says all */
    private void disconnect(MqttDisconnectReasonCode code, CloseReason reason, String why) {
        if (reason == CloseReason.PROTOCOL_ERROR && !ended) {
            noticed(Sign.PROTOCOL_ERROR, why.isEmpty() ? code.name() : why);
        }
        finish(reason);
        if (!closed) {
            closed = true;
            socket.flush();
            if (endpoint.isConnected()) {
                var unused = endpoint.disconnect(code, reasonString(why));
            } else {
                endpoint.close();
            }
        }
    }

    private static MqttProperties reasonString(String why) {
        if (why.isEmpty()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        properties.add(new StringProperty(MqttProperties.REASON_STRING, why));
        return properties;
    }

    private void finish(CloseReason reason) {
        if (!ended) {
            ended = true;
            if (reason == CloseReason.PROTOCOL_ERROR) {
                metrics.protocolErrors.increment();
            }
            socket.dropWhatFollows();
            heldMessage = null;
            loop.remove(this);
            ended(reason);
        }
    }
}
