package io.millrace.gateway.transport;

import io.millrace.gateway.GatewayMetrics.HandshakeFailure;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the place of a connection's TLS until its first bytes have come and it is its turn: until then it costs no engine and
 * no handshake, and its PROXY header has said whose it is. Its event loop only.
 */
final class HandshakeDoor extends ChannelInboundHandlerAdapter {
    private final Handshakes handshakes;
    private final String name;
    private final Duration patience;
    private final Supplier<ChannelHandler> tls;
    private final List<Object> read = new ArrayList<>(1);
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean waits;
    private boolean ended;

    HandshakeDoor(Handshakes handshakes, String name, Duration patience, Supplier<ChannelHandler> tls) {
        this.handshakes = handshakes;
        this.name = name;
        this.patience = patience;
        this.tls = tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = added.executor()
                .schedule(() -> refuse(HandshakeFailure.TIMEOUT), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        read.add(message);
        if (waits) {
            return;
        }
        HandshakePace pace = handshakes.pace(here.channel().eventLoop());
        if (handshakes.isLimited(here.channel())) {
            refuse(HandshakeFailure.LIMITED);
        } else if (pace.begins()) {
            var unused = open();
        } else if (pace.waits(this)) {
            waits = true;
            var unused = here.channel().config().setAutoRead(false);
        } else {
            refuse(HandshakeFailure.BUSY);
        }
    }

    /** @return false if there is nobody any more */
    boolean open() {
        ChannelHandlerContext here = context;
        if (ended || here == null || !here.channel().isActive()) {
            return false;
        }
        ended = true;
        waitNoLonger();
        here.pipeline().addAfter(here.name(), name, tls.get());
        for (Object message : read) {
            here.fireChannelRead(message);
        }
        read.clear();
        if (waits) {
            here.fireChannelReadComplete();
            var unused = here.channel().config().setAutoRead(true);
        }
        if (!here.isRemoved()) {
            here.pipeline().remove(this);
        }
        return true;
    }

    private void refuse(HandshakeFailure why) {
        ChannelHandlerContext here = context;
        if (!ended && here != null) {
            end(why);
            var unused = here.close();
        }
    }

    private void end(HandshakeFailure why) {
        ended = true;
        waitNoLonger();
        read.forEach(ReferenceCountUtil::release);
        read.clear();
        handshakes.refused(why);
    }

    private void waitNoLonger() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        if (!ended) {
            end(HandshakeFailure.GONE);
        }
        here.fireChannelInactive();
    }
}
