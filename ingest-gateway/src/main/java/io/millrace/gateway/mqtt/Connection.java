package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.packet.ProtocolError;
import io.millrace.schemas.DeviceDiagnostic.Sign;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the conversations with a device and with an operator have in common: how they begin, what the client says beside what
 * it publishes, keep alive, and an end that happens once; what it publishes is its {@link Uplink}'s. Lives from CONNECT to the
 * end of the socket; its event loop only.
 */
abstract class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    /** Of SUBACK and UNSUBACK: type, remaining length, packet id, length of no properties, at their longest. */
    private static final int ANSWER_FRAME = 1 + 4 + 2 + 1;

    final MqttEndpoint endpoint;
    final MqttSocket socket;
    final Loop loop;
    final boolean mqtt5;
    private final GatewayMetrics metrics;
    final Uplink uplink;
    private long keepAliveNanos;
    private long heardNanos;
    private boolean reading;
    /** Whether the client has closed the socket. */
    private boolean gone;

    private boolean ended;
    private boolean closed;
    /** Whether it has been counted how its CONNECT ended. */
    private boolean answered;

    private boolean accepted;
    /** Its place in {@link Loop}. */
    int index;

    Connection(MqttEndpoint endpoint, MqttSocket socket, Loop loop, GatewayMetrics metrics, int receiveMaximum) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.loop = loop;
        this.mqtt5 = Connack.isMqtt5(endpoint);
        this.metrics = metrics;
        this.heardNanos = loop.nanos();
        this.uplink = new Uplink(this, metrics, receiveMaximum);
        socket.whenClosed(this::onClosed);
        var unused = endpoint.exceptionHandler(this::onException);
        loop.add(this);
    }

    /** Sends CONNACK; {@link #read} follows. */
    final void accept(boolean sessionPresent, int keepAliveSeconds, MqttProperties properties) {
        // [MQTT-3.1.2-22], and a second more, for the loop's clock moves once a second.
        keepAliveNanos = keepAliveSeconds == 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(keepAliveSeconds * 1500L + 1000);
        heard();
        var unused = endpoint.publishHandler(uplink::onPublish)
                .publishReleaseHandler(uplink::onRelease)
                .publishAcknowledgeMessageHandler(this::onAcknowledge)
                .publishReceivedMessageHandler(this::onReceived)
                .publishCompletionHandler(this::onCompletion)
                .subscribeHandler(this::onSubscribe)
                .unsubscribeHandler(this::onUnsubscribe)
                .disconnectMessageHandler(this::onDisconnect)
                .pingHandler(v -> onPing())
                .accept(sessionPresent, properties);
    }

    /** Begins to read what comes behind the CONNECT. */
    final void read() {
        reading = true;
        resume();
    }

    private void onPing() {
        heard();
        uplink.slowDown();
    }

    final void resume() {
        socket.resume();
        if (gone && !uplink.holds()) {
            closed = true;
            finish(CloseReason.CONNECTION_LOST);
        }
    }

    final void refuse(Refusal refusal) {
        if (!ended) {
            answered(refusal.outcome());
            finish(refusal == Refusal.UNAVAILABLE ? CloseReason.CONNECTION_LOST : CloseReason.NOT_AUTHORIZED);
            closed = true;
            var unused = endpoint.reject(refusal.code(mqtt5));
        }
    }

    /** Once, and for each that was {@link ConnectOutcome#ACCEPTED} its end too. */
    final void answered(ConnectOutcome outcome) {
        if (!answered) {
            answered = true;
            accepted = outcome == ConnectOutcome.ACCEPTED;
            metrics.connect(outcome);
        }
    }

    final void heard() {
        heardNanos = loop.nanos();
    }

    final boolean hasEnded() {
        return ended;
    }

    final boolean isGone() {
        return gone;
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
        uplink.sweep();
        if (uplink.reads() && keepAliveNanos > 0 && now - heardNanos > keepAliveNanos) {
            disconnect(MqttDisconnectReasonCode.KEEP_ALIVE_TIMEOUT, CloseReason.KEEP_ALIVE_TIMEOUT);
        }
    }

    private void onAcknowledge(MqttPubAckMessage message) {
        heard();
        acknowledged(message.messageId(), (message.code().value() & 0x80) != 0);
    }

    private void onReceived(MqttPubRecMessage message) {
        heard();
        received(message.messageId(), (message.code().value() & 0x80) != 0);
        uplink.slowDown();
    }

    private void onCompletion(int packetId) {
        heard();
        completed(packetId);
    }

    private void onSubscribe(MqttSubscribeMessage message) {
        heard();
        uplink.spend(0);
        if (mqtt5 && message.properties().getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
            disconnect(MqttDisconnectReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, CloseReason.PROTOCOL_ERROR);
        } else if (canAnswer(message.topicSubscriptions().size())) {
            subscribed(message);
        }
    }

    /** Whether the client takes an answer with so many codes [MQTT-3.1.2-24]; if not, the connection ends. */
    private boolean canAnswer(int codes) {
        boolean fits = !mqtt5 || codes + ANSWER_FRAME <= Connack.clientMaxPacketSize(endpoint);
        if (!fits) {
            disconnect(MqttDisconnectReasonCode.PACKET_TOO_LARGE, CloseReason.PROTOCOL_ERROR);
        }
        return fits;
    }

    private void onUnsubscribe(MqttUnsubscribeMessage message) {
        heard();
        uplink.spend(0);
        if (canAnswer(message.topics().size())) {
            unsubscribed(message);
        }
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
        uplink.clientLeft();
        if (!reading || ended) {
            closed = true;
            finish(CloseReason.CONNECTION_LOST);
            // What was read and not handled is handed out and freed.
            socket.resume();
        } else if (!uplink.holds()) {
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
                boolean fits = Connack.clientMaxPacketSize(endpoint) >= Note.FITS;
                var unused = endpoint.disconnect(code, fits ? reasonString(why) : MqttProperties.NO_PROPERTIES);
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
            uplink.end();
            loop.remove(this);
            answered(ConnectOutcome.GONE);
            if (accepted) {
                metrics.closed(reason);
            }
            ended(reason);
        }
    }
}
