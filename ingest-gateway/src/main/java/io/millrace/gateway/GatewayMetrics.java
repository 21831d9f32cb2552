package io.millrace.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * All meters of the gateway. For what devices and operators publish it holds that received = forwarded + rejected + failed + in
 * flight; a message resent while it was in flight counts as duplicate and not as received. Those counted for each message are
 * adders read by function counters, the cheapest that Micrometer has. Any thread.
 */
public final class GatewayMetrics {
    /** How a CONNECT ended. */
    public enum ConnectOutcome {
        ACCEPTED,
        BAD_CREDENTIALS,
        NOT_AUTHORIZED,
        BAD_CLIENT_ID,
        BAD_WILL,
        TOO_MANY_FAILURES,
        UNAVAILABLE,
        /** More at once than may wait. */
        BUSY,
        UNSUPPORTED,
        GONE;

        /** The word in meters and diagnostics. */
        public String text() {
            return word(this);
        }
    }

    /** Why a TLS handshake was not done. */
    public enum HandshakeFailure {
        /** Not done in time, or nothing said at all. */
        TIMEOUT,
        /** The connection ended before. */
        GONE,
        NOT_TLS,
        /** The client's was not taken. */
        CERTIFICATE,
        /** Nothing in common, a wrong key, or our certificate was not taken. */
        PROTOCOL,
        /** Not begun, for too many of this source have failed. */
        LIMITED,
        /** Not begun, for too many wait. */
        BUSY
    }

    /** Why we closed a connection of device HTTP on which no answer was owed. */
    public enum HttpClosed {
        /** No head of a request in time. */
        NO_REQUEST,
        /** To make room for another. */
        NO_ROOM
    }

    /** Messages that clients published. */
    public final LongAdder received = new LongAdder();
    /** Messages that are in Kafka as what they were meant to be. */
    public final LongAdder forwarded = new LongAdder();
    /** Messages that Kafka refused for good. */
    public final LongAdder failed = new LongAdder();
    /** Records made of the messages: more than messages, for batches. */
    public final LongAdder records = new LongAdder();
    /** Payload bytes received. */
    public final LongAdder bytes = new LongAdder();
    /** Messages sent again while the first was in flight. */
    public final LongAdder duplicates = new LongAdder();
    /** Rejected messages that are in Kafka on the topic for rejected ones. */
    public final LongAdder kept = new LongAdder();

    public final Counter takeovers;
    public final Counter commandsUnconfirmed;
    public final Counter commandsDelivered;
    public final Counter commandsRepeated;
    /** Commands given to a poll once more, for want of the device's acknowledgement. */
    public final Counter commandsGivenAgain;

    public final Counter liveSent;
    public final Counter liveDropped;
    public final Counter protocolErrors;
    public final Counter eventsFailed;
    /** Times that a client was not read for a while, for it had sent too fast; by HTTP, requests refused for it. */
    public final Counter rateLimited;
    /** CONNECTs that had to wait: for a storm, or for a duplicate identity. */
    public final Counter connectsDelayed;
    /** Sockets without a CONNECT that were closed to make room for others. */
    public final Counter strangersClosed;
    /** Devices found to share their identity. */
    public final Counter duplicateIdentities;
    /** Signs of trouble that could not be remembered, for too many devices had some. */
    public final Counter diagnosticsDropped;

    public final Counter configTooLarge;
    /** Connections from where no PROXY header is believed. */
    public final Counter proxyPeersRefused;

    public final Counter tlsHandshakes;
    public final Counter tlsHandshakesFailed;
    public final Counter tlsReloaded;
    public final Counter tlsReloadFailed;
    public final Counter issuersReloaded;
    public final Counter issuersReloadFailed;

    private final MeterRegistry registry;
    private final List<LongSupplier> bytesInFlight = new CopyOnWriteArrayList<>();
    private final List<LongSupplier> waiting = new CopyOnWriteArrayList<>();
    private final List<LongSupplier> httpConnections = new CopyOnWriteArrayList<>();
    private final Map<RejectReason, LongAdder> rejected = new EnumMap<>(RejectReason.class);
    private final Map<ConnectOutcome, Counter> connects;
    private final Map<CloseReason, Counter> closes;
    private final Map<UndeliveredReason, Counter> undelivered;
    private final Map<HandshakeFailure, Counter> handshakeFailures;
    private final Map<HttpClosed, Counter> httpClosed;

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        counted("gateway.messages.received", "Messages that clients published", received);
        counted("gateway.messages.forwarded", "Messages that are in Kafka", forwarded);
        counted("gateway.messages.failed", "Messages that Kafka refused for good", failed);
        counted("gateway.messages.duplicates", "Messages sent again while in flight", duplicates);
        counted("gateway.messages.kept", "Rejected messages kept in Kafka", kept);
        counted("gateway.records", "Kafka records made of messages", records);
        counted("gateway.payload.bytes", "Payload bytes received", bytes);
        for (RejectReason reason : RejectReason.values()) {
            LongAdder adder = new LongAdder();
            rejected.put(reason, adder);
            FunctionCounter.builder("gateway.messages.rejected", adder, LongAdder::sum)
                    .description("Messages not taken, by reason")
                    .tag("reason", reason.text())
                    .register(registry);
        }
        Gauge.builder("gateway.messages.inflight", this, GatewayMetrics::inFlight)
                .description("Messages received and not yet answered by Kafka")
                .register(registry);
        Gauge.builder("gateway.inflight.bytes", bytesInFlight, GatewayMetrics::sum)
                .description("Bytes handed to Kafka and not yet acknowledged")
                .register(registry);
        Gauge.builder("gateway.connects.waiting", waiting, GatewayMetrics::sum)
                .description("CONNECTs that wait to be let in")
                .register(registry);
        connects = counters(
                ConnectOutcome.values(),
                ConnectOutcome.class,
                o -> registry.counter("gateway.connects", "outcome", word(o)));
        closes = counters(
                CloseReason.values(),
                CloseReason.class,
                r -> registry.counter("gateway.sessions.closed", "reason", r.text()));
        undelivered = counters(
                UndeliveredReason.values(),
                UndeliveredReason.class,
                r -> registry.counter("gateway.commands.undelivered", "reason", r.text()));
        handshakeFailures = counters(
                HandshakeFailure.values(),
                HandshakeFailure.class,
                f -> registry.counter("gateway.tls.failures", "reason", word(f)));
        httpClosed = counters(
                HttpClosed.values(), HttpClosed.class, c -> registry.counter("gateway.http.closed", "reason", word(c)));
        Gauge.builder("gateway.http.connections", httpConnections, GatewayMetrics::sum)
                .description("Connections of device HTTP")
                .register(registry);
        takeovers = registry.counter("gateway.takeovers");
        commandsDelivered = registry.counter("gateway.commands.delivered");
        commandsUnconfirmed = registry.counter("gateway.commands.unconfirmed");
        commandsRepeated = registry.counter("gateway.commands.repeated");
        commandsGivenAgain = registry.counter("gateway.commands.given-again");
        liveSent = registry.counter("gateway.live.sent");
        liveDropped = registry.counter("gateway.live.dropped");
        protocolErrors = registry.counter("gateway.protocol.errors");
        eventsFailed = registry.counter("gateway.events.failed");
        rateLimited = registry.counter("gateway.rate.limited");
        connectsDelayed = registry.counter("gateway.connects.delayed");
        strangersClosed = registry.counter("gateway.strangers.closed");
        duplicateIdentities = registry.counter("gateway.identity.duplicates");
        diagnosticsDropped = registry.counter("gateway.diagnostics.dropped");
        configTooLarge = registry.counter("gateway.config.too-large");
        proxyPeersRefused = registry.counter("gateway.proxy.refused");
        tlsHandshakes = registry.counter("gateway.tls.handshakes", "outcome", "done");
        tlsHandshakesFailed = registry.counter("gateway.tls.handshakes", "outcome", "failed");
        tlsReloaded = registry.counter("gateway.tls.reloads", "outcome", "done");
        tlsReloadFailed = registry.counter("gateway.tls.reloads", "outcome", "failed");
        issuersReloaded = registry.counter("gateway.identity.issuers.reloads", "outcome", "done");
        issuersReloadFailed = registry.counter("gateway.identity.issuers.reloads", "outcome", "failed");
    }

    public void rejected(RejectReason reason) {
        adder(reason).increment();
    }

    /** @param status one of the few that the gateway gives */
    public void httpAnswer(int status) {
        registry.counter("gateway.http.answers", "status", Integer.toString(status))
                .increment();
    }

    public void connect(ConnectOutcome outcome) {
        counter(connects, outcome).increment();
    }

    public void handshakeFailed(HandshakeFailure why) {
        counter(handshakeFailures, why).increment();
    }

    public void httpClosed(HttpClosed why) {
        counter(httpClosed, why).increment();
    }

    public void closed(CloseReason reason) {
        counter(closes, reason).increment();
    }

    public void undelivered(UndeliveredReason reason) {
        counter(undelivered, reason).increment();
    }

    /** A gauge over something that lives as long as the gateway. */
    public <T> void gauge(String name, String description, T of, ToLongFunction<T> value) {
        Gauge.builder(name, of, value::applyAsLong).description(description).register(registry);
    }

    /** One event loop's part of the bytes in flight. */
    public void countsBytesInFlight(LongSupplier part) {
        bytesInFlight.add(part);
    }

    /** One event loop's part of the CONNECTs that wait. */
    public void countsWaiting(LongSupplier part) {
        waiting.add(part);
    }

    /** One event loop's part of the connections of device HTTP. */
    public void countsHttpConnections(LongSupplier part) {
        httpConnections.add(part);
    }

    private static double sum(List<LongSupplier> parts) {
        return parts.stream().mapToLong(LongSupplier::getAsLong).sum();
    }

    private double inFlight() {
        long answered = forwarded.sum() + failed.sum();
        for (LongAdder adder : rejected.values()) {
            answered += adder.sum();
        }
        return Math.max(0, received.sum() - answered);
    }

    private void counted(String name, String description, LongAdder adder) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    private LongAdder adder(RejectReason reason) {
        LongAdder adder = rejected.get(reason);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        return adder;
    }

    private static <E extends Enum<E>> Map<E, Counter> counters(E[] values, Class<E> type, Function<E, Counter> make) {
        Map<E, Counter> counters = new EnumMap<>(type);
        for (E value : values) {
            counters.put(value, make.apply(value));
        }
        return counters;
    }

    private static <E extends Enum<E>> Counter counter(Map<E, Counter> counters, E key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + key);
        }
        return counter;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
