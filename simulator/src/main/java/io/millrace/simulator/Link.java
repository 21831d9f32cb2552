package io.millrace.simulator;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connection of a device, at the end of its pipeline: tells the conversation when it can be written to, what came, and when it is gone. Event loop only. */
final class Link extends ChannelInboundHandlerAdapter {
    private final Conversation conversation;
    private final Transport transport;
    private @Nullable Channel channel;
    private boolean opened;

    Link(Conversation conversation, Transport transport) {
        this.conversation = conversation;
        this.transport = transport;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!transport.tls() && !transport.webSocket()) {
            open();
        }
    }

    /** Over TLS and WebSocket the connection is there when the last handshake is over. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            if (!tls.isSuccess()) {
                conversation.refusedByTls(this, tls.cause());
            } else if (!transport.webSocket()) {
                open();
            }
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            open();
        }
    }

    private void open() {
        if (!opened) {
            opened = true;
            conversation.opened(this, System.nanoTime());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            conversation.received(this, message, System.nanoTime());
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        conversation.closed(this, System.nanoTime());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        conversation.shard.socketTrouble(cause);
        ChannelFuture unused = context.close();
    }

    /** A failed write is followed by the end of the connection, which counts. */
    void write(Object message) {
        if (channel != null) {
            ChannelFuture unused = channel.writeAndFlush(message, channel.voidPromise());
        }
    }

    /** Completes when the connection is closed, well or not. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        if (channel == null) {
            closed.complete(null);
        } else {
            ChannelFuture unused = channel.close().addListener(done -> closed.complete(null));
        }
        return closed;
    }

    ByteBufAllocator buffers() {
        return channel == null ? ByteBufAllocator.DEFAULT : channel.alloc();
    }
}
