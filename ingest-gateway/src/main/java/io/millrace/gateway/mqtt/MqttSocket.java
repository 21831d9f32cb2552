package io.millrace.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttEndpoint;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * The socket below an {@link MqttEndpoint}, for what the endpoint does not offer: to stop reading (vertx-mqtt closes a
 * connection that sends before its CONNACK, and knows no back-pressure), to keep a connection alive that we do not read from,
 * and to write many acknowledgements as one buffer. This is the only class that reaches into vertx-mqtt: it reads the private
 * field {@code conn} of its endpoint, once for each connection. Belongs to the connection's event loop.
 */
final class MqttSocket {
    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    /** With the 2 that its flags are [MQTT-3.6.1-1]. */
    private static final int PUBREL = 0x62;

    private static final int PUBCOMP = 0x70;
    private static final int DISCONNECT = 0xe0;
    private static final Field CONN = connField();

    private final NetSocketInternal socket;
    private final ChannelHandlerContext channel;
    private final Loop loop;
    private @Nullable ByteBuf acknowledgements;
    private boolean unflushed;

    private MqttSocket(NetSocketInternal socket, Loop loop) {
        this.socket = socket;
        this.channel = socket.channelHandlerContext();
        this.loop = loop;
    }

    /** To be called as soon as the endpoint is there: nothing more is read until {@link #resume}. */
    static MqttSocket of(MqttEndpoint endpoint, Loop loop) {
        try {
            MqttSocket socket = new MqttSocket((NetSocketInternal) CONN.get(endpoint), loop);
            socket.pause();
            socket.dropIdleHandlers();
            return socket;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("vertx-mqtt's endpoint has another shape than 5.0.8's", e);
        }
    }

    private static Field connField() {
        try {
            Field field = Class.forName("io.vertx.mqtt.impl.MqttEndpointImpl").getDeclaredField("conn");
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("vertx-mqtt's endpoint has another shape than 5.0.8's", e);
        }
    }

    /**
     * The keep alive of vertx-mqtt closes a socket that we chose not to read, cannot say that it did, and costs a timer for
     * each connection; {@link Loop} looks after all of its connections once a second instead.
     */
    private void dropIdleHandlers() {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get("keepAliveHandler") != null) {
            pipeline.remove("keepAliveHandler");
            pipeline.remove("idle");
        }
    }

    /** The connection is over: packets that have been read behind its end are for nobody. */
    void dropWhatFollows() {
        var unused = socket.messageHandler(ReferenceCountUtil::release);
    }

    /** In place of the endpoint, which would take nothing from then on of what has been read. */
    void whenClosed(Runnable then) {
        var unused = socket.closeHandler(v -> then.run());
    }

    /** What has been read already is kept and handled after {@link #resume}. */
    void pause() {
        var unused = socket.pause();
    }

    void resume() {
        var unused = socket.resume();
    }

    /** Whether the client keeps up with what is written to it. */
    boolean isWritable() {
        return channel.channel().isWritable();
    }

    Channel channel() {
        return channel.channel();
    }

    String remoteHost() {
        var address = socket.remoteAddress();
        return address == null || address.hostAddress() == null ? "" : address.hostAddress();
    }

    void puback(int packetId, int reasonCode) {
        acknowledge(PUBACK, packetId, reasonCode);
    }

    /** @param properties with their length before them; together below 128 bytes */
    void puback(int packetId, int reasonCode, byte[] properties) {
        acknowledge(PUBACK, packetId, reasonCode, properties);
    }

    void pubrec(int packetId, int reasonCode, byte[] properties) {
        acknowledge(PUBREC, packetId, reasonCode, properties);
    }

    void pubrec(int packetId, int reasonCode) {
        acknowledge(PUBREC, packetId, reasonCode);
    }

    /** DISCONNECT of MQTT 5, without closing the socket. */
    void goodbye(int reasonCode) {
        var unused = channel.writeAndFlush(
                ByteBufAllocator.DEFAULT
                        .buffer(3)
                        .writeShort(DISCONNECT << 8 | 1)
                        .writeByte(reasonCode),
                channel.channel().voidPromise());
    }

    /** Any thread: as if the client had gone. */
    void close() {
        var unused = channel.channel().close();
    }

    void pubrel(int packetId, int reasonCode) {
        acknowledge(PUBREL, packetId, reasonCode);
    }

    void pubcomp(int packetId, int reasonCode) {
        acknowledge(PUBCOMP, packetId, reasonCode);
    }

    private ByteBuf acknowledgements() {
        ByteBuf buffer = acknowledgements;
        if (buffer == null) {
            buffer = ByteBufAllocator.DEFAULT.directBuffer(64);
            acknowledgements = buffer;
        }
        return buffer;
    }

    private void acknowledge(int type, int packetId, int reasonCode, byte[] properties) {
        var unused = acknowledgements()
                .writeByte(type)
                .writeByte(3 + properties.length)
                .writeShort(packetId)
                .writeByte(reasonCode)
                .writeBytes(properties);
        flushSoon();
    }

    /** Success has the short form in MQTT 5 too [MQTT-3.4.2.1]. */
    private void acknowledge(int type, int packetId, int reasonCode) {
        ByteBuf buffer = acknowledgements();
        if (reasonCode == 0) {
            buffer.writeInt((type << 8 | 2) << 16 | packetId);
        } else {
            buffer.writeShort(type << 8 | 3).writeShort(packetId).writeByte(reasonCode);
        }
        flushSoon();
    }

    /**
     * @param packetId 0 for QoS 0
     * @param dup whether the session's connection before may have sent it
     */
    void publish(String topic, byte[] payload, int qos, int packetId, boolean dup, MqttProperties properties) {
        MqttFixedHeader header = new MqttFixedHeader(MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(qos), false, 0);
        MqttPublishVariableHeader variable = new MqttPublishVariableHeader(topic, packetId, properties);
        var unused = channel.write(
                new MqttPublishMessage(header, variable, Unpooled.wrappedBuffer(payload)),
                channel.channel().voidPromise());
        flushSoon();
    }

    private void flushSoon() {
        if (!unflushed) {
            unflushed = true;
            loop.flushSoon(this);
        }
    }

    void flush() {
        unflushed = false;
        ByteBuf buffer = acknowledgements;
        acknowledgements = null;
        if (buffer == null) {
            channel.flush();
        } else {
            var unused = channel.writeAndFlush(buffer, channel.channel().voidPromise());
        }
    }

    /** The bytes of a payload, without a copy where it has an array of its own. */
    static byte[] bytes(Buffer payload) {
        ByteBuf buffer = ((BufferInternal) payload).getByteBuf();
        boolean wholeArray = buffer.hasArray()
                && buffer.arrayOffset() == 0
                && buffer.readerIndex() == 0
                && buffer.array().length == buffer.readableBytes();
        return wholeArray ? buffer.array() : payload.getBytes();
    }
}
