package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * One device's MQTT 3.1.1 conversation as esp-mqtt leads it: clean session, random packet ids, the oldest unacknowledged message
 * again after a second with DUP, a PUBACK only when the firmware has dealt with the command, ten seconds of silence after every
 * lost connection, and a buffer of 1,024 bytes. Runs on its shard's event loop only.
 */
final class EspConversation extends Conversation implements EspBuffer.Reader {
    private final DeviceCredentials credentials;
    private EspBuffer buffer = new EspBuffer(this);
    private long lastWritten;
    private long pingSent;
    private boolean pingUnanswered;
    /** Of the command whose pieces are still coming; 0 at QoS 0. */
    private int packetIdOfPieces;
    /** The command that is being dealt with; empty when it has been acknowledged. */
    private String command = "";

    EspConversation(FleetShard shard, DeviceCredentials credentials, SimulatedDevice device, IntConsumer forgotten) {
        super(shard, device, forgotten);
        this.credentials = credentials;
    }

    @Override
    void opened(long now) {
        buffer = new EspBuffer(this);
        write(Packets.connect(link().buffers(), credentials, shard.timings().keepAlive()), now);
    }

    @Override
    void received(Object message, long now) {
        if (message instanceof ByteBuf bytes) {
            buffer.read(bytes);
        }
    }

    @Override
    public void packet(int first, ByteBuf rest) {
        long now = System.nanoTime();
        int type = first >> 4;
        if (state == State.CONNECTING ? type != Packets.CONNACK : state != State.CONNECTED) {
            lost(ConnectionEnd.NO_MQTT, now);
            return;
        }
        switch (type) {
            case Packets.CONNACK -> connackReceived(rest, now);
            case Packets.SUBACK -> subackReceived(rest);
            case Packets.PUBLISH -> acknowledge(publishReceived(first, rest, now), now);
            case Packets.PUBACK, Packets.PUBCOMP -> acknowledged(rest, now);
            case Packets.PUBREC -> pubrecReceived(rest, now);
            case Packets.PINGRESP -> pingUnanswered = false;
            default -> lost(ConnectionEnd.NO_MQTT, now);
        }
    }

    @Override
    public void firstPiece(int first, ByteBuf rest) {
        shard.meters().count(Count.COMMANDS_IN_PIECES);
        packetIdOfPieces = publishReceived(first, rest, System.nanoTime());
    }

    /** esp-mqtt acknowledges once, after all pieces. */
    @Override
    public void lastPiece() {
        acknowledge(packetIdOfPieces, System.nanoTime());
    }

    @Override
    public void unreadable(ConnectionEnd why) {
        lost(why, System.nanoTime());
    }

    private void connackReceived(ByteBuf rest, long now) {
        if (state != State.CONNECTING || rest.readableBytes() < 2) {
            lost(ConnectionEnd.NO_MQTT, now);
            return;
        }
        int code = rest.getUnsignedByte(rest.readerIndex() + 1);
        if (code != 0) {
            connectFailed(ConnectFailure.of(code), now);
            return;
        }
        accepted();
        pingUnanswered = false;
        int packetId = 1 + shard.random().nextInt(65_535);
        write(Packets.subscribe(link().buffers(), packetId, DeviceTopic.COMMANDS, device.deviceId()), now);
        shard.meters().count(Count.FORGOTTEN, outbox.forget(now));
        for (var kept = outbox.unsent(); kept.isPresent(); kept = outbox.unsent()) {
            send(kept.get(), now);
        }
        device.connected(now);
        keepUp(now);
        triedOnce();
    }

    private void subackReceived(ByteBuf suback) {
        if (suback.readableBytes() > 2 && suback.getUnsignedByte(suback.readerIndex() + 2) >= 0x80) {
            shard.meters().count(Count.SUBSCRIPTIONS_REFUSED);
        }
    }

    /** Returns the packet id, 0 at QoS 0. The PUBACK follows what the firmware publishes because of the command, as on the board. */
    private int publishReceived(int first, ByteBuf rest, long now) {
        int qos = first >> 1 & 3;
        int topicBytes = rest.readableBytes() < 2 ? Integer.MAX_VALUE : rest.readUnsignedShort();
        if (rest.readableBytes() < (long) topicBytes + (qos > 0 ? 2 : 0)) {
            lost(ConnectionEnd.NO_MQTT, now);
            return 0;
        }
        String topic = rest.readString(topicBytes, StandardCharsets.UTF_8);
        int packetId = qos > 0 ? rest.readUnsignedShort() : 0;
        if (topic.equals(DeviceTopic.COMMANDS.of(device.deviceId()))) {
            command = rest.toString(StandardCharsets.UTF_8);
            device.commandReceived(command, (first & 0x08) != 0, now);
        }
        return packetId;
    }

    private void acknowledge(int packetId, long now) {
        if (packetId > 0 && isConnected()) {
            write(Packets.puback(link().buffers(), packetId), now);
            shard.witness().acknowledged(device.deviceId(), command);
        }
        command = "";
    }

    private void pubrecReceived(ByteBuf rest, long now) {
        int packetId = rest.readableBytes() < 2 ? 0 : rest.readUnsignedShort();
        outbox.received(packetId);
        write(Packets.pubrel(link().buffers(), packetId), now);
    }

    @Override
    boolean takes(int qos) {
        return qos == 0 ? isConnected() : !outbox.isFull();
    }

    @Override
    void publish(DeviceTopic topic, byte[] payload, int messageId, long now) {
        if (device.qos() == 0) {
            shard.meters().count(Count.PUBLISHED_QOS0);
            write(Packets.publish(link().buffers(), topic, device.deviceId(), payload, 0, 0, false), now);
            return;
        }
        shard.meters().count(Count.PUBLISHED);
        Outbox.Message message = outbox.add(topic, payload, messageId, now, shard.random());
        if (isConnected()) {
            send(message, now);
            shard.enterIfEarlier(this, outbox.nextDue(now));
        }
    }

    private void send(Outbox.Message message, long now) {
        message.sent(now);
        write(message, false, now);
    }

    private void write(Outbox.Message message, boolean again, long now) {
        write(
                Packets.publish(
                        link().buffers(),
                        message.topic,
                        device.deviceId(),
                        message.payload,
                        device.qos(),
                        message.packetId,
                        again),
                now);
    }

    private void acknowledged(ByteBuf rest, long now) {
        var message = rest.readableBytes() < 2
                ? Optional.<Outbox.Message>empty()
                : outbox.acknowledge(rest.readUnsignedShort());
        if (message.isEmpty()) {
            shard.meters().count(Count.ACKNOWLEDGED_AGAIN);
            return;
        }
        shard.meters().count(Count.ACKNOWLEDGED);
        shard.meters().acknowledgedAfter(now - message.get().sentAt());
    }

    /** Forgets, sends again, pings, and says when to look next. */
    @Override
    void keepUp(long now) {
        shard.meters().count(Count.FORGOTTEN, outbox.forget(now));
        outbox.resend(now).ifPresent(message -> {
            shard.meters().count(Count.RESENT);
            write(message, true, now);
        });
        long pause = shard.timings().keepAlive().toNanos() / 2;
        if (pingUnanswered && now - pingSent >= pause) {
            lost(ConnectionEnd.NO_ANSWER, now);
            return;
        }
        if (!pingUnanswered && now - lastWritten >= pause) {
            pingUnanswered = true;
            pingSent = now;
            write(Packets.ping(link().buffers()), now);
        }
        long pingDue = (pingUnanswered ? pingSent : lastWritten) + pause;
        long outboxDue = outbox.nextDue(pingDue);
        shard.enter(this, outboxDue - pingDue < 0 ? outboxDue : pingDue);
    }

    @Override
    void farewell(long now) {
        write(Packets.disconnect(link().buffers()), now);
    }

    private void write(ByteBuf packet, long now) {
        lastWritten = now;
        link().write(packet);
    }
}
