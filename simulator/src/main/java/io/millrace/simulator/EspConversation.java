package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One device's MQTT 3.1.1 conversation as esp-mqtt leads it: clean session, random packet ids, the oldest unacknowledged message
 * again after a second with DUP, a PUBACK only when the firmware has dealt with the command, ten seconds of silence after every
 * lost connection. Runs on its shard's event loop only; outlives its connections, of which it has at most one at a time.
 */
final class EspConversation extends Agenda.Entry {
    private static final int MAX_PACKET_BYTES = 256 * 1024;

    private enum State {
        WAITING,
        CONNECTING,
        CONNECTED,
        STOPPED
    }

    private final FleetShard shard;
    private final DeviceCredentials credentials;
    private final SimulatedDevice device;
    private final Outbox outbox;
    private State state = State.WAITING;
    private boolean tried;
    private long connectStarted;
    /** From the TCP connection on; null in between. */
    private @Nullable NetSocketInternal socket;

    private long lastWritten;
    private long pingSent;
    private boolean pingUnanswered;

    EspConversation(FleetShard shard, DeviceCredentials credentials, SimulatedDevice device) {
        this.shard = shard;
        this.credentials = credentials;
        this.device = device;
        this.outbox = new Outbox(shard.timings(), System.nanoTime());
    }

    @Override
    void run(long now) {
        switch (state) {
            case WAITING -> connect(now);
            case CONNECTING -> connectFailed(ConnectFailure.NO_CONNACK, now);
            case CONNECTED -> keepUp(now);
            case STOPPED -> {}
        }
    }

    private void connect(long now) {
        state = State.CONNECTING;
        connectStarted = now;
        shard.meters().count(Count.CONNECT_TRIES);
        shard.enter(this, now + shard.timings().networkTimeout().toNanos());
        shard.openSocket().onComplete(opened -> opened(opened, now));
    }

    private void opened(AsyncResult<NetSocket> opened, long started) {
        boolean stillWanted = state == State.CONNECTING && connectStarted == started;
        if (opened.failed()) {
            if (stillWanted) {
                shard.socketTrouble(opened.cause());
                connectFailed(ConnectFailure.UNREACHABLE, System.nanoTime());
            }
            return;
        }
        NetSocketInternal connection = (NetSocketInternal) opened.result();
        if (!stillWanted) {
            connection.close().onFailure(shard::socketTrouble);
            return;
        }
        ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "mqttEncoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "mqttDecoder", new MqttDecoder(MAX_PACKET_BYTES));
        socket = connection;
        connection.messageHandler(packet -> received(connection, packet));
        connection.exceptionHandler(shard::socketTrouble);
        connection.closeHandler(nothing -> closed(connection));
        write(Packets.connect(credentials, shard.timings().keepAlive()), System.nanoTime());
    }

    private void received(NetSocketInternal connection, Object packet) {
        try {
            if (connection == socket) {
                received(packet, System.nanoTime());
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    private void received(Object packet, long now) {
        if (!(packet instanceof MqttMessage message) || message.decoderResult().isFailure()) {
            abort(now);
            return;
        }
        switch (message.fixedHeader().messageType()) {
            case CONNACK -> connackReceived((MqttConnAckMessage) message, now);
            case SUBACK -> subackReceived((MqttSubAckMessage) message);
            case PUBLISH -> publishReceived((MqttPublishMessage) message, now);
            case PUBACK, PUBCOMP -> acknowledged(Packets.packetId(message), now);
            case PUBREC -> {
                outbox.received(Packets.packetId(message));
                write(Packets.pubrel(Packets.packetId(message)), now);
            }
            case PINGRESP -> pingUnanswered = false;
            default -> abort(now);
        }
    }

    private void connackReceived(MqttConnAckMessage connack, long now) {
        MqttConnectReturnCode code = connack.variableHeader().connectReturnCode();
        if (state != State.CONNECTING) {
            abort(now);
            return;
        }
        if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            connectFailed(ConnectFailure.of(code), now);
            return;
        }
        state = State.CONNECTED;
        pingUnanswered = false;
        shard.meters().count(Count.CONNECTED);
        write(Packets.subscribe(1 + shard.random().nextInt(65_535), device.commandTopic()), now);
        shard.meters().count(Count.FORGOTTEN, outbox.forget(now));
        for (var kept = outbox.unsent(); kept.isPresent(); kept = outbox.unsent()) {
            send(kept.get(), now);
        }
        device.connected(now);
        keepUp(now);
        triedOnce();
    }

    private void subackReceived(MqttSubAckMessage suback) {
        if (suback.payload().grantedQoSLevels().contains(MqttQoS.FAILURE.value())) {
            shard.meters().count(Count.SUBSCRIPTIONS_REFUSED);
        }
    }

    /** The PUBACK follows what the firmware publishes because of the command, as on the board. */
    private void publishReceived(MqttPublishMessage publish, long now) {
        if (publish.variableHeader().topicName().equals(device.commandTopic())) {
            device.commandReceived(
                    publish.payload().toString(StandardCharsets.UTF_8),
                    publish.fixedHeader().isDup(),
                    now);
        }
        if (publish.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            write(Packets.puback(publish.variableHeader().packetId()), now);
        }
    }

    /** Whether a publish at this QoS would be sent, or kept until there is a connection. */
    boolean takes(int qos) {
        return qos == 0 ? isConnected() : !outbox.isFull();
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Only if {@link #takes}. */
    void publish(String topic, byte[] payload, int qos, long now) {
        if (qos == 0) {
            shard.meters().count(Count.PUBLISHED_QOS0);
            write(Packets.publish(topic, payload, 0, 0, false), now);
            return;
        }
        shard.meters().count(Count.PUBLISHED);
        Outbox.Message message = outbox.add(topic, payload, now, shard.random());
        if (isConnected()) {
            send(message, now);
            shard.enterIfEarlier(this, outbox.nextDue(now));
        }
    }

    private void send(Outbox.Message message, long now) {
        message.sent(now);
        write(Packets.publish(message.topic, message.payload, device.qos(), message.packetId, false), now);
    }

    private void acknowledged(int packetId, long now) {
        outbox.acknowledge(packetId)
                .ifPresentOrElse(
                        message -> {
                            shard.meters().count(Count.ACKNOWLEDGED);
                            shard.meters().acknowledgedAfter(now - message.sentAt());
                        },
                        () -> shard.meters().count(Count.ACKNOWLEDGED_AGAIN));
    }

    /** Forgets, sends again, pings, and says when to look next. */
    private void keepUp(long now) {
        shard.meters().count(Count.FORGOTTEN, outbox.forget(now));
        outbox.resend(now).ifPresent(message -> {
            shard.meters().count(Count.RESENT);
            write(Packets.publish(message.topic, message.payload, device.qos(), message.packetId, true), now);
        });
        long pause = shard.timings().keepAlive().toNanos() / 2;
        if (pingUnanswered && now - pingSent >= pause) {
            abort(now);
            return;
        }
        if (!pingUnanswered && now - lastWritten >= pause) {
            pingUnanswered = true;
            pingSent = now;
            write(MqttMessage.PINGREQ, now);
        }
        long pingDue = (pingUnanswered ? pingSent : lastWritten) + pause;
        long outboxDue = outbox.nextDue(pingDue);
        shard.enter(this, outboxDue - pingDue < 0 ? outboxDue : pingDue);
    }

    private void connectFailed(ConnectFailure failure, long now) {
        shard.meters().count(failure);
        disconnect(now);
        triedOnce();
    }

    /** The server broke the protocol, or has fallen silent. */
    private void abort(long now) {
        if (state == State.CONNECTED) {
            shard.meters().count(Count.LOST);
            disconnect(now);
        } else {
            connectFailed(ConnectFailure.CLOSED_EARLY, now);
        }
    }

    private void closed(NetSocketInternal connection) {
        if (connection == socket) {
            abort(System.nanoTime());
        }
    }

    private void disconnect(long now) {
        state = State.WAITING;
        closeSocket().onFailure(shard::socketTrouble);
        shard.enter(this, now + shard.timings().reconnectAfter().toNanos());
    }

    /** Says goodbye and never connects again. */
    Future<Void> stop() {
        if (state == State.CONNECTED) {
            shard.meters().count(Count.LEFT);
            write(MqttMessage.DISCONNECT, System.nanoTime());
        } else if (state == State.CONNECTING) {
            shard.meters().count(ConnectFailure.GIVEN_UP);
        }
        state = State.STOPPED;
        shard.remove(this);
        return closeSocket();
    }

    private Future<Void> closeSocket() {
        NetSocketInternal connection = socket;
        socket = null;
        return connection == null ? Future.succeededFuture() : connection.close();
    }

    private void triedOnce() {
        if (!tried) {
            tried = true;
            shard.deviceTried();
        }
    }

    private void write(MqttMessage packet, long now) {
        NetSocketInternal connection = socket;
        if (connection == null) {
            throw new IllegalStateException(credentials.deviceId() + " has no connection to write to");
        }
        lastWritten = now;
        // A failed write is followed by the close of the connection, which counts.
        connection.writeMessage(packet).onFailure(shard.writeTrouble());
    }
}
