package io.millrace.gateway.mqtt;

import io.millrace.gateway.packet.PacketDecoder;
import io.millrace.gateway.transport.Crowd;
import io.millrace.gateway.transport.Source;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One connection as long as nobody knows whose it is: counts what comes, holds it up while its client waits to be let in, and
 * goes from the pipeline when the client is. Above TLS and below WebSocket, whose frames it sees as bytes. Its event loop only.
 */
final class Stranger extends ChannelInboundHandlerAdapter {
    private final Strangers strangers;
    private final Channel channel;
    private Crowd.@Nullable Place<Stranger> place;
    private @Nullable WaitingRoom room;
    private boolean held;
    private int bytes;

    Stranger(Strangers strangers, Channel channel) {
        this.strangers = strangers;
        this.channel = channel;
    }

    /** Those that have come; all of them may still be held. */
    int bytes() {
        return bytes;
    }

    void arrived() {
        place = strangers.enter(this, Source.of(channel));
    }

    /** Its CONNECT has come, or it has gone. */
    void spoke() {
        if (place != null) {
            strangers.leave(place, bytes);
            place = null;
        }
    }

    /** Nothing more is read, and what has been read behind the CONNECT is not looked at, until {@link #leaves}. */
    void waitsIn(WaitingRoom waitingRoom) {
        room = waitingRoom;
        held = true;
        var unused = channel.config().setAutoRead(false);
        decoder().hold();
    }

    void leaves() {
        room = null;
    }

    /** Is a stranger no more, unless it has to wait again. */
    void goesOn() {
        if (room == null && channel.isActive() && channel.pipeline().get(Stranger.class) == this) {
            channel.pipeline().remove(this);
            if (held) {
                decoder().release();
                var unused = channel.config().setAutoRead(true);
            }
        }
    }

    private PacketDecoder decoder() {
        return channel.pipeline().get(PacketDecoder.class);
    }

    void close() {
        spoke();
        var unused = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        int size = message instanceof ByteBuf some ? some.readableBytes() : 0;
        bytes += size;
        if (room != null) {
            room.grows(size);
        }
        boolean wasSilent = place != null;
        if (wasSilent) {
            strangers.grows(size);
        }
        context.fireChannelRead(message);
        // Whoever has said all by now has been brief enough.
        if (wasSilent && place != null) {
            strangers.check(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != Source.CHANGED) {
            context.fireUserEventTriggered(event);
        } else if (place != null) {
            spoke();
            arrived();
            strangers.grows(bytes);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        spoke();
        context.fireChannelInactive();
    }
}
