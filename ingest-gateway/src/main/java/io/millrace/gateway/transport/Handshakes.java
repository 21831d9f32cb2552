package io.millrace.gateway.transport;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.GatewayMetrics.HandshakeFailure;
import io.millrace.gateway.identity.FailureLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which handshakes of TLS begin, and what became of them, with certificates and with pre-shared keys. A handshake is the dearest
 * thing that somebody unknown can ask for: each event loop begins so many a second, and a source whose handshakes keep failing
 * is let try no more often than the limit of failures for an address says. Any thread.
 */
public final class Handshakes {
    private final FailureLimit failures;
    private final double perSecond;
    private final int mostWaiting;
    private final GatewayMetrics metrics;
    private final Map<EventLoop, HandshakePace> paces = new ConcurrentHashMap<>();

    /**
     * @param failures of handshakes alone: wrong passwords behind good handshakes are another matter
     * @param perSecond begun by one event loop
     * @param mostWaiting of one event loop
     */
    public Handshakes(FailureLimit failures, double perSecond, int mostWaiting, GatewayMetrics metrics) {
        this.failures = failures;
        this.perSecond = perSecond;
        this.mostWaiting = mostWaiting;
        this.metrics = metrics;
        metrics.gauge(
                "gateway.tls.handshakes.waiting",
                "TLS connections that wait for their handshake to begin",
                paces,
                all -> all.values().stream().mapToInt(HandshakePace::waiting).sum());
    }

    /**
     * Puts a door at the lowest place of a connection.
     *
     * @param name of what comes in its place
     * @param patience with a client that says nothing, or waits
     * @param tls what does the handshake, once the connection may
     */
    public void guard(ChannelPipeline pipeline, String name, Duration patience, Supplier<ChannelHandler> tls) {
        pipeline.addFirst("handshakeDoor", new HandshakeDoor(this, name, patience, tls));
    }

    HandshakePace pace(EventLoop loop) {
        return paces.computeIfAbsent(loop, one -> new HandshakePace(one, perSecond, mostWaiting));
    }

    boolean isLimited(Channel channel) {
        return failures.limits(Source.address(channel));
    }

    public void done() {
        metrics.tlsHandshakes.increment();
    }

    /** Of one that has begun: it has cost something, and counts for where it came from. */
    public void failed(Channel channel, HandshakeFailure why) {
        failures.failed(Source.address(channel));
        refused(why);
    }

    void refused(HandshakeFailure why) {
        metrics.tlsHandshakesFailed.increment();
        metrics.handshakeFailed(why);
    }
}
