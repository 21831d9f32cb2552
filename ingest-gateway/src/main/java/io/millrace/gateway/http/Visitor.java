package io.millrace.gateway.http;

import io.millrace.gateway.transport.Crowd;
import io.millrace.gateway.transport.Source;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of device HTTP. While it owes us nothing but its next request it has a time for that, to the end of the
 * request's head however slowly that comes, and may be turned away; while an answer is owed to it, as to a long poll, it is let
 * alone. Lies above HTTP's codec. Its event loop only.
 */
final class Visitor extends ChannelDuplexHandler {
    private final Visitors visitors;
    private final Channel channel;
    private Crowd.@Nullable Place<Visitor> place;
    private @Nullable ScheduledFuture<?> deadline;
    private int owed;

    Visitor(Visitors visitors, Channel channel) {
        this.visitors = visitors;
        this.channel = channel;
    }

    /** @param patience until the head of its next request must be there */
    void waitFor(Duration patience) {
        place = visitors.isIdle(this, Source.of(channel));
        deadline =
                channel.eventLoop().schedule(() -> visitors.tooSlow(this), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void waitsNoLonger() {
        leavePlace();
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void leavePlace() {
        if (place != null) {
            visitors.isIdleNoLonger(place);
            place = null;
        }
    }

    void close() {
        waitsNoLonger();
        var unused = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && owed++ == 0) {
            waitsNoLonger();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var unused = context.write(message, promise);
        if (message instanceof LastHttpContent && !isInterim(message) && --owed == 0 && channel.isActive()) {
            waitFor(visitors.patience());
        }
    }

    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != Source.CHANGED) {
            context.fireUserEventTriggered(event);
        } else if (place != null) {
            leavePlace();
            place = visitors.isIdle(this, Source.of(channel));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waitsNoLonger();
        visitors.left();
        context.fireChannelInactive();
    }
}
