package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.Allowance;
import io.millrace.gateway.flow.Handoff;
import io.millrace.gateway.flow.InFlight;
import io.millrace.gateway.flow.InFlightBytes;
import io.millrace.gateway.flow.Limits;
import io.millrace.gateway.flow.LimitsConfig;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and all that its connections share: the room for bytes in flight, the acknowledgements that come back from
 * Kafka, the sockets to flush, the clock of keep alives. All but {@link #execute} and {@link #bytesInFlight} belong to the loop.
 */
final class Loop implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop eventLoop;
    private final InFlightBytes bytes;
    private final Handoff answered;
    private final InFlight inFlight;
    private final Limits limits;
    private final Runnable drain = this::drain;
    private final Runnable flush = this::flush;
    private final List<MqttSocket> unflushed = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Uplink> held = new ArrayList<>();
    private boolean flushing;
    private long nanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> sweep;

    /** @param bound the most bytes that this loop's connections have in flight to Kafka */
    Loop(EventLoop eventLoop, long bound, LimitsConfig limits, GatewayMetrics metrics) {
        this.eventLoop = eventLoop;
        this.limits = new Limits(limits, bound);
        this.bytes = new InFlightBytes(bound, () -> execute(this::releaseHeld));
        this.answered = new Handoff(() -> execute(drain));
        this.inFlight = new InFlight(bytes, answered, metrics);
    }

    void start() {
        sweep = eventLoop.scheduleWithFixedDelay(this::sweep, SWEEP_NANOS, SWEEP_NANOS, TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (sweep != null) {
            sweep.cancel(false);
        }
    }

    /** Any thread. When the gateway has stopped, what Kafka still answers concerns nobody. */
    @Override
    public void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            log.atDebug().setCause(e).log("event loop has stopped");
        }
    }

    /** The loop alone. */
    ScheduledFuture<?> schedule(Runnable task, long millis) {
        return eventLoop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    InFlight inFlight() {
        return inFlight;
    }

    long bytesInFlight() {
        return bytes.now();
    }

    /** What a new connection may send. */
    Allowance allowance() {
        return limits.allowance(nanos);
    }

    /** Whether one more message of that client has room, and if not, has it released when there is some. */
    boolean hasRoom(Uplink uplink, Allowance allowance) {
        if (!bytes.hasRoom()) {
            held.add(uplink);
            bytes.callWhenRoom();
            return false;
        }
        if (!allowance.hasRoom(bytes)) {
            held.add(uplink);
            bytes.callWhenArrived(allowance.turnBegan());
            return false;
        }
        return true;
    }

    /** A steady clock that moves once a second: enough for keep alives, and free. */
    long nanos() {
        return nanos;
    }

    void add(Connection connection) {
        connection.index = connections.size();
        connections.add(connection);
    }

    void remove(Connection connection) {
        Connection last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(connection.index, last);
            last.index = connection.index;
        }
    }

    private void releaseHeld() {
        List<Uplink> now = List.copyOf(held);
        held.clear();
        // One that finds no room again comes back to the list by itself.
        for (Uplink uplink : now) {
            try {
                uplink.release();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("a conversation failed");
            }
        }
    }

    void flushSoon(MqttSocket socket) {
        if (unflushed.isEmpty() && !flushing) {
            eventLoop.execute(flush);
        }
        unflushed.add(socket);
    }

    /** Answers what Kafka has acknowledged: one flush for each connection. */
    private void drain() {
        flushing = true;
        answered.answerAll();
        flushing = false;
        flush();
    }

    private void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    private void sweep() {
        long now = System.nanoTime();
        boolean stoodStill = now - nanos > 5 * SWEEP_NANOS;
        nanos = now;
        // Backwards, for a connection that is closed gives its place to the last one.
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                Connection connection = connections.get(i);
                if (stoodStill) {
                    // What the clients sent meanwhile waits in their sockets.
                    connection.heard();
                }
                sweep(connection, now);
            }
        }
    }

    /** A bug in one conversation must not cost the others their sweep. */
    private static void sweep(Connection connection, long now) {
        try {
            connection.sweep(now);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a conversation failed");
        }
    }
}
