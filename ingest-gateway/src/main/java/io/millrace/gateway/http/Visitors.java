package io.millrace.gateway.http;

import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.GatewayMetrics.HttpClosed;
import io.millrace.gateway.transport.Crowd;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * The connections of device HTTP, on which anybody may ask and nobody is known until he has. One too many closes one to which no
 * answer is owed: the oldest of the source that has most of these, for its client loses nothing but a handshake. Where answers
 * are owed to all, the newcomer has to go. One for each event loop, its thread only.
 */
final class Visitors {
    private static final String NAME = "visitor";
    /** Vert.x's own, behind HTTP's codec. */
    private static final String VERTX = "handler";

    private final Crowd<Visitor> idle = new Crowd<>();
    private final int most;
    private final Duration first;
    private final Duration next;
    private final GatewayMetrics metrics;
    private int open;

    /** @param most connections */
    Visitors(int most, GatewayConfig.Http config, GatewayMetrics metrics) {
        this.most = most;
        this.first = config.requestTimeout();
        this.next = config.idleTimeout();
        this.metrics = metrics;
    }

    /** With HTTP's codec in its pipeline, and before the layers below are. */
    void arrived(Channel channel) {
        Visitor visitor = new Visitor(this, channel);
        channel.pipeline().addBefore(VERTX, NAME, visitor);
        open++;
        visitor.waitFor(first);
        if (open > most) {
            idle.first().ifPresent(one -> turnAway(one, HttpClosed.NO_ROOM));
        }
    }

    /** For the next request of a connection that has had an answer. */
    Duration patience() {
        return next;
    }

    Crowd.Place<Visitor> isIdle(Visitor visitor, long source) {
        return idle.add(source, visitor);
    }

    void isIdleNoLonger(Crowd.Place<Visitor> place) {
        idle.remove(place);
    }

    void tooSlow(Visitor visitor) {
        turnAway(visitor, HttpClosed.NO_REQUEST);
    }

    private void turnAway(Visitor visitor, HttpClosed why) {
        metrics.httpClosed(why);
        visitor.close();
    }

    void left() {
        open--;
    }

    /** For a gauge; another thread may see it a little late. */
    int open() {
        return open;
    }
}
