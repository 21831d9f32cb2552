package io.millrace.gateway.psk;

import io.millrace.gateway.GatewayMetrics.HandshakeFailure;
import io.millrace.gateway.transport.Handshakes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/**
 * TLS-PSK for one connection: Bouncy Castle's protocol in its non-blocking form, fed with what is read and emptied into what is
 * written, on the connection's event loop. Whatever goes wrong ends the connection, after the alert for it.
 */
final class PskHandler extends ChannelDuplexHandler {
    /** The most that we put into one record, for boards' small buffers. */
    private static final int RECORD = 2 << 10;

    private final PskServer server;
    private final long handshakeMillis;
    private final Handshakes handshakes;
    private final TlsServerProtocol protocol = new TlsServerProtocol();
    private @Nullable ScheduledFuture<?> deadline;
    private boolean established;
    private boolean ended;

    PskHandler(PskServer server, long handshakeMillis, Handshakes handshakes) {
        this.server = server;
        this.handshakeMillis = handshakeMillis;
        this.handshakes = handshakes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws IOException {
        protocol.accept(server);
        deadline = context.executor()
                .schedule(
                        () -> fail(context, HandshakeFailure.TIMEOUT, new DecoderException("no handshake in time")),
                        handshakeMillis,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        byte[] bytes;
        try {
            bytes = ByteBufUtil.getBytes((ByteBuf) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (ended) {
            return;
        }
        try {
            protocol.offerInput(bytes);
        } catch (IOException | RuntimeException e) {
            fail(context, new DecoderException(e));
            return;
        }
        if (established && !protocol.isClosed() && protocol.getAvailableOutputBytes() > 0) {
            fail(context, new DecoderException("the client wants to negotiate again"));
            return;
        }
        if (!established && protocol.isConnected()) {
            establish(context);
        }
        flushOutput(context);
        int available = protocol.getAvailableInputBytes();
        if (available > 0) {
            byte[] plain = new byte[available];
            var unused = protocol.readInput(plain, 0, available);
            context.fireChannelRead(context.alloc().buffer(available).writeBytes(plain));
        }
        if (protocol.isClosed() && !ended) {
            // The client's close_notify, which Bouncy Castle has answered.
            ended = true;
            var unused = context.close();
        }
    }

    private void establish(ChannelHandlerContext context) {
        established = true;
        waitNoLonger();
        handshakes.done();
        // Nobody's key is in nobody's hand, so there is one.
        server.peer().orElseThrow().isAt(context.channel());
    }

    private void fail(ChannelHandlerContext context, DecoderException failure) {
        fail(context, HandshakeFailure.PROTOCOL, failure);
    }

    /** @param why there was no handshake, if there was none */
    private void fail(ChannelHandlerContext context, HandshakeFailure why, DecoderException failure) {
        if (ended) {
            return;
        }
        ended = true;
        waitNoLonger();
        if (!established) {
            handshakes.failed(context.channel(), why);
        }
        flushOutput(context);
        context.fireExceptionCaught(failure);
        var unused = context.close();
    }

    /** What the protocol has to say for itself: handshakes, alerts. */
    private void flushOutput(ChannelHandlerContext context) {
        ByteBuf out = output(context);
        if (out != null) {
            var unused = context.writeAndFlush(out, context.voidPromise());
        }
    }

    private @Nullable ByteBuf output(ChannelHandlerContext context) {
        int available = protocol.getAvailableOutputBytes();
        if (available == 0) {
            return null;
        }
        byte[] bytes = new byte[available];
        var unused = protocol.readOutput(bytes, 0, available);
        return context.alloc().buffer(available).writeBytes(bytes);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        byte[] plain;
        try {
            plain = ByteBufUtil.getBytes((ByteBuf) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (!established || ended) {
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        try {
            for (int at = 0; at < plain.length; at += RECORD) {
                protocol.writeApplicationData(plain, at, Math.min(RECORD, plain.length - at));
            }
        } catch (IOException | RuntimeException e) {
            promise.tryFailure(e);
            fail(context, new DecoderException(e));
            return;
        }
        ByteBuf out = output(context);
        if (out == null) {
            promise.trySuccess();
        } else {
            var unused = context.write(out, promise);
        }
    }

    /** With close_notify, if there is somebody to take it. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!ended) {
            ended = true;
            waitNoLonger();
            try {
                protocol.close();
                flushOutput(context);
            } catch (IOException e) {
                context.fireExceptionCaught(new DecoderException(e));
            }
        }
        var unused = context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!established && !ended) {
            handshakes.failed(context.channel(), HandshakeFailure.GONE);
        }
        ended = true;
        waitNoLonger();
        context.fireChannelInactive();
    }

    private void waitNoLonger() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
