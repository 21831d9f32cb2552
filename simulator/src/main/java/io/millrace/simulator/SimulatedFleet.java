package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of simulated boards, spread over event loops. Its methods may be called from any thread. A snapshot costs the event loops
 * nothing; it remains readable after {@link #close}.
 */
public final class SimulatedFleet {
    private static final int DEVICES_WORTH_A_LOOP = 500;

    private final SimulatorConfig config;
    private final Vertx vertx;
    private final boolean ownVertx;
    private final List<FleetShard> shards;
    private final List<String> deployments = new ArrayList<>();
    private final Histogram acknowledgements = ShardMeters.histogram();
    private final Histogram reactions = ShardMeters.histogram();
    private final Histogram recentReactions = ShardMeters.histogram();
    private long startedAt = System.nanoTime();
    private OptionalLong closedAt = OptionalLong.empty();
    private Future<Void> deployed = Future.succeededFuture();
    private @Nullable Future<Void> closing;

    /** A fleet with event loops of its own, which end with it. */
    public SimulatedFleet(SimulatorConfig config) {
        this(
                config,
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loopsFor(config))),
                true);
    }

    /** A fleet on somebody's event loops, which outlive it. */
    public SimulatedFleet(SimulatorConfig config, Vertx vertx) {
        this(config, vertx, false);
    }

    private SimulatedFleet(SimulatorConfig config, Vertx vertx, boolean ownVertx) {
        this.config = config;
        this.vertx = vertx;
        this.ownVertx = ownVertx;
        this.shards = shards(config);
    }

    /** No more loops than cores, and none for a handful of devices. */
    private static int loopsFor(SimulatorConfig config) {
        int useful = (config.devices().size() + DEVICES_WORTH_A_LOOP - 1) / DEVICES_WORTH_A_LOOP;
        return Math.max(1, Math.min(useful, Runtime.getRuntime().availableProcessors()));
    }

    private static List<FleetShard> shards(SimulatorConfig config) {
        int loops = loopsFor(config);
        List<List<DeviceCredentials>> dealt = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            dealt.add(new ArrayList<>());
        }
        for (int i = 0; i < config.devices().size(); i++) {
            dealt.get(i % loops).add(config.devices().get(i));
        }
        List<FleetShard> shards = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            shards.add(new FleetShard(config, dealt.get(loop), loop, loops));
        }
        return List.copyOf(shards);
    }

    /**
     * Connects the devices at the configured pace. Completes when each has been accepted or refused, or has failed, once; those that
     * failed go on trying. Fails only if the fleet is closed before that.
     */
    public synchronized Future<Void> start() {
        startedAt = System.nanoTime();
        List<Future<?>> deploying = new ArrayList<>();
        for (FleetShard shard : shards) {
            deploying.add(vertx.deployVerticle(shard).onSuccess(this::remember));
        }
        deployed = Future.join(deploying).mapEmpty();
        return deployed.compose(all ->
                        Future.all(shards.stream().map(FleetShard::allTried).toList()))
                .mapEmpty();
    }

    private synchronized void remember(String deployment) {
        deployments.add(deployment);
    }

    /** Sends DISCONNECT from all devices and closes their connections. A second call waits for the first. */
    public synchronized Future<Void> close() {
        if (closing == null) {
            Future<Void> stopped = deployed.eventually(this::undeploy);
            closing = ownVertx ? stopped.eventually(vertx::close) : stopped;
        }
        return closing;
    }

    private synchronized Future<Void> undeploy() {
        closedAt = OptionalLong.of(System.nanoTime());
        return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
    }

    /** Forgets the latencies measured up to now, as after a warm-up; the counters go on. */
    public synchronized void forgetLatencies() {
        drain();
        acknowledgements.reset();
        reactions.reset();
    }

    public synchronized SimulatorStats snapshot() {
        drain();
        long end = closedAt.orElseGet(System::nanoTime);
        return new SimulatorStats(
                Duration.ofNanos(end - startedAt),
                config.devices().size(),
                connects(),
                publishes(),
                commands(),
                reactions());
    }

    /** Reactions since the last call of this method: for a status line. */
    public synchronized Latency recentReactions() {
        drain();
        Latency recent = Latency.ofMicros(recentReactions);
        recentReactions.reset();
        return recent;
    }

    private void drain() {
        Histogram fresh = ShardMeters.histogram();
        for (FleetShard shard : shards) {
            shard.meters().drainInto(acknowledgements, fresh);
        }
        reactions.add(fresh);
        recentReactions.add(fresh);
    }

    private SimulatorStats.Connects connects() {
        Map<ConnectFailure, Long> failed = new EnumMap<>(ConnectFailure.class);
        long failures = 0;
        for (ConnectFailure failure : ConnectFailure.values()) {
            long number = sum(meters -> meters.get(failure));
            failures += number;
            if (number > 0) {
                failed.put(failure, number);
            }
        }
        long tries = sum(Count.CONNECT_TRIES);
        long accepted = sum(Count.CONNECTED);
        long lost = sum(Count.LOST);
        long left = sum(Count.LEFT);
        return new SimulatorStats.Connects(
                tries,
                accepted,
                accepted - lost - left,
                lost,
                left,
                failed,
                tries - accepted - failures,
                sum(Count.SUBSCRIPTIONS_REFUSED));
    }

    private SimulatorStats.Publishes publishes() {
        long published = sum(Count.PUBLISHED);
        long acknowledged = sum(Count.ACKNOWLEDGED);
        long forgotten = sum(Count.FORGOTTEN);
        return new SimulatorStats.Publishes(
                sum(Count.READINGS),
                sum(Count.RESPONSES),
                sum(Count.READINGS_SKIPPED),
                sum(Count.READINGS_MISSED),
                sum(Count.PUBLISHED_QOS0),
                published,
                acknowledged,
                forgotten,
                published - acknowledged - forgotten,
                sum(Count.RESENT),
                sum(Count.ACKNOWLEDGED_AGAIN),
                Latency.ofMicros(acknowledgements));
    }

    private SimulatorStats.Commands commands() {
        Map<DeviceCommand, Long> byCommand = new EnumMap<>(DeviceCommand.class);
        long received = 0;
        for (DeviceCommand command : DeviceCommand.values()) {
            long number = sum(meters -> meters.get(command));
            received += number;
            byCommand.put(command, number);
        }
        return new SimulatorStats.Commands(
                received, byCommand, sum(Count.COMMANDS_REDELIVERED), sum(Count.COMMANDS_WITHOUT_EFFECT));
    }

    private SimulatorStats.Reactions reactions() {
        long crossings = sum(Count.CROSSINGS);
        long answered = sum(Count.CROSSINGS_ANSWERED);
        long unanswered = sum(Count.CROSSINGS_UNANSWERED);
        return new SimulatorStats.Reactions(
                crossings, answered, unanswered, crossings - answered - unanswered, Latency.ofMicros(reactions));
    }

    private long sum(Count count) {
        return sum(meters -> meters.get(count));
    }

    private long sum(ToLongFunction<ShardMeters> counter) {
        return shards.stream().map(FleetShard::meters).mapToLong(counter).sum();
    }
}
