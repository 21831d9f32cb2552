package io.millrace.gateway.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes packets of a client's bytes, in place of netty's decoder, which is kinder than the standards allow: it takes U+FFFD for
 * what is not UTF-8, reads beyond a packet's end where the lengths inside lie, and knows neither forbidden properties nor
 * values. What gets through here has the right form, comes from a client and not from a server, and follows one CONNECT.
 * The first that does not becomes an invalid message with a {@link ProtocolError}, in its place behind what came before, and
 * nothing is read after it. One for each connection; its event loop only.
 */
public final class PacketDecoder extends ByteToMessageDecoder {
    /** In place of an empty client id in a CONNECT that wants to keep its session; no client can send it. */
    public static final String NO_CLIENT_ID = "\0";

    static final int MQTT_3_1_1 = 4;
    static final int MQTT_5 = 5;
    /** For what comes from strangers. A will of almost the largest size fits. */
    private static final int LARGEST_CONNECT = 64 << 10;

    private static final int CONNECT = MqttMessageType.CONNECT.value();
    private static final int PUBLISH = MqttMessageType.PUBLISH.value();
    /** By which netty's encoder knows the client's version. */
    private static final AttributeKey<MqttVersion> VERSION = AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

    private final PacketLimits limits;
    /** 0 until CONNECT has come. */
    private int version;

    private boolean broken;
    private boolean held;
    private @Nullable ChannelHandlerContext context;
    /** MQTT 5 only. */
    private @Nullable TopicAliases aliases;

    private @Nullable ScheduledFuture<?> deadline;

    public PacketDecoder(PacketLimits limits) {
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        deadline = context.executor()
                .schedule(() -> noConnect(context), limits.connectWithin().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void noConnect(ChannelHandlerContext context) {
        broken = true;
        context.fireExceptionCaught(ProtocolError.forbidden("no CONNECT within " + limits.connectWithin()));
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        waitNoLonger();
    }

    private void waitNoLonger() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** What lies behind the CONNECT is not looked at until {@link #release}; its bytes are kept as they come. */
    public void hold() {
        held = true;
    }

    public void release() {
        held = false;
        ChannelHandlerContext here = context;
        if (here != null) {
            try {
                channelRead(here, Unpooled.EMPTY_BUFFER);
                here.fireChannelReadComplete();
            } catch (Exception e) {
                here.fireExceptionCaught(e);
            }
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (held) {
            return;
        }
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            MqttMessage message = next(context, in);
            if (message != null) {
                out.add(message);
            }
        } catch (ProtocolError e) {
            broken = true;
            in.skipBytes(in.readableBytes());
            out.add(MqttMessageFactory.newInvalidMessage(e));
        }
    }

    /** Null if it is not all here yet. */
    private @Nullable MqttMessage next(ChannelHandlerContext context, ByteBuf in) {
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        FixedHeader.check(first, version);
        long header = FixedHeader.length(in, start + 1, version == MQTT_5);
        if (header < 0) {
            return null;
        }
        int body = start + 1 + FixedHeader.digits(header);
        int length = FixedHeader.remaining(header);
        int type = first >> 4;
        int most = type == CONNECT ? LARGEST_CONNECT : type == PUBLISH ? limits.largestPublish() : limits.largest();
        if (body - start + length > most) {
            throw new ProtocolError(
                    MqttDisconnectReasonCode.PACKET_TOO_LARGE,
                    "a packet of " + (body - start + length) + " bytes, at most " + most + " are read");
        }
        if (in.writerIndex() - body < length) {
            return null;
        }
        in.readerIndex(body + length);
        PacketReader packet = new PacketReader(in, body, body + length);
        return type == CONNECT ? connect(context, packet) : packet(first, packet);
    }

    private MqttMessage connect(ChannelHandlerContext context, PacketReader in) {
        waitNoLonger();
        int level = ConnectPacket.version(in);
        version = level;
        boolean mqtt5 = level >= MQTT_5;
        context.channel().attr(VERSION).set(mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
        if (level != MQTT_3_1_1 && level != MQTT_5) {
            broken = true;
            return ConnectPacket.ofVersion(level);
        }
        aliases = mqtt5 ? new TopicAliases(limits.topicAliases()) : null;
        try {
            return ConnectPacket.read(in, level);
        } catch (ProtocolError e) {
            if (mqtt5) {
                // The endpoint that would say so begins with a CONNECT that is understood.
                refuse(context, e.code().value());
            }
            throw e;
        }
    }

    private static void refuse(ChannelHandlerContext context, byte code) {
        var unused =
                context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x20, 3, 0, code, 0}), context.voidPromise());
    }

    private MqttMessage packet(int first, PacketReader in) {
        return switch (first >> 4) {
            case 3 -> PublishPacket.read(first, in, aliases);
            case 4, 5, 6, 7 -> AcknowledgementPacket.read(first, in, version == MQTT_5);
            case 8 -> SubscriptionPackets.subscribe(in, version == MQTT_5);
            case 10 -> SubscriptionPackets.unsubscribe(in, version == MQTT_5);
            case 12 -> {
                in.requireEnd();
                yield MqttMessage.PINGREQ;
            }
            case 14 -> DisconnectPacket.read(in, version == MQTT_5);
            default -> throw new IllegalStateException("checked, and not read: packet type " + (first >> 4));
        };
    }
}
