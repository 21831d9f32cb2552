package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.millrace.simulator.ledger.Sent;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
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
    private final FleetLoops loops;
    private final List<FleetShard> shards;
    private final Histogram acknowledgements = ShardMeters.histogram();
    private final Histogram reactions = ShardMeters.histogram();
    private final Histogram recentAcknowledgements = ShardMeters.histogram();
    private final Histogram recentReactions = ShardMeters.histogram();
    private long startedAt = System.nanoTime();
    private OptionalLong closedAt = OptionalLong.empty();
    private @Nullable CompletableFuture<List<Sent>> closing;

    /**
     * A fleet with event loops of its own, which end with it.
     *
     * @throws IllegalArgumentException if a CA file cannot be used
     */
    public SimulatedFleet(SimulatorConfig config) {
        this(config, CommandWitness.NONE);
    }

    /** The same, and somebody is told what its boards acknowledge. */
    public SimulatedFleet(SimulatorConfig config, CommandWitness witness) {
        this.config = config;
        Map<FleetGroup, Connector> connectors = new IdentityHashMap<>();
        for (FleetGroup group : config.groups()) {
            connectors.put(
                    group,
                    new Connector(
                            group.server(), config.sources(), config.timings().networkTimeout()));
        }
        this.loops = new FleetLoops(loopsFor(config));
        List<FleetShard> made = new ArrayList<>();
        for (EventLoop loop : loops.all()) {
            made.add(new FleetShard(config.timings(), loop, connectors, witness, config.seed() * 31 + made.size()));
        }
        this.shards = List.copyOf(made);
    }

    /** No more loops than cores, and none for a handful of devices. */
    private static int loopsFor(SimulatorConfig config) {
        int useful = (config.devices() + DEVICES_WORTH_A_LOOP - 1) / DEVICES_WORTH_A_LOOP;
        return Math.max(1, Math.min(useful, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Connects the devices at the configured pace. Completes when each has been accepted or refused, or has failed, once; those that
     * failed go on trying. Fails only if the fleet is closed before that.
     */
    public synchronized CompletableFuture<Void> start() {
        startedAt = System.nanoTime();
        List<List<FleetShard.Seat>> dealt = deal();
        for (int loop = 0; loop < shards.size(); loop++) {
            shards.get(loop).start(dealt.get(loop));
        }
        return CompletableFuture.allOf(shards.stream().map(FleetShard::allTried).toArray(CompletableFuture<?>[]::new));
    }

    /** One group after the other, each device a turn after the one before, and no group before its time. */
    private List<List<FleetShard.Seat>> deal() {
        List<List<FleetShard.Seat>> dealt = new ArrayList<>();
        for (int loop = 0; loop < shards.size(); loop++) {
            dealt.add(new ArrayList<>());
        }
        double turn = 1e9 / config.connectsPerSecond();
        double at = 0;
        int number = 0;
        for (FleetGroup group : config.groups()) {
            at = Math.max(at, group.startAfter().toNanos());
            for (DeviceCredentials device : group.devices()) {
                dealt.get(number % dealt.size()).add(new FleetShard.Seat(group, device, number, (long) at));
                number++;
                at += turn;
            }
        }
        return dealt;
    }

    /**
     * Sends DISCONNECT from all devices and closes their connections. Says what they have published in all. A second call waits for
     * the first.
     */
    public synchronized CompletableFuture<List<Sent>> close() {
        if (closing == null) {
            closedAt = OptionalLong.of(System.nanoTime());
            List<CompletableFuture<List<Sent>>> stopped =
                    shards.stream().map(FleetShard::stop).toList();
            closing = CompletableFuture.allOf(stopped.toArray(CompletableFuture<?>[]::new))
                    .thenCompose(done -> loops.close())
                    .thenApply(done -> stopped.stream()
                            .flatMap(sent -> sent.join().stream())
                            .toList());
        }
        return closing;
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
                Duration.ofNanos(end - startedAt), config.devices(), connects(), publishes(), commands(), reactions());
    }

    /** Reactions since the last call of this method: for a status line. */
    public synchronized Latency recentReactions() {
        drain();
        Latency recent = Latency.ofMicros(recentReactions);
        recentReactions.reset();
        return recent;
    }

    /** Acknowledgements since the last call of this method. */
    public synchronized Latency recentAcknowledgements() {
        drain();
        Latency recent = Latency.ofMicros(recentAcknowledgements);
        recentAcknowledgements.reset();
        return recent;
    }

    private void drain() {
        for (FleetShard shard : shards) {
            Histogram acknowledged = shard.meters().freshAcknowledgements();
            acknowledgements.add(acknowledged);
            recentAcknowledgements.add(acknowledged);
            Histogram reacted = shard.meters().freshReactions();
            reactions.add(reacted);
            recentReactions.add(reacted);
        }
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
                sum(Count.RECONNECTED),
                accepted - lost - left,
                lost,
                lostBecause(),
                left,
                failed,
                tries - accepted - failures,
                sum(Count.SUBSCRIPTIONS_REFUSED));
    }

    private Map<ConnectionEnd, Long> lostBecause() {
        Map<ConnectionEnd, Long> because = new EnumMap<>(ConnectionEnd.class);
        for (ConnectionEnd end : ConnectionEnd.values()) {
            long number = sum(meters -> meters.get(end));
            if (number > 0) {
                because.put(end, number);
            }
        }
        return because;
    }

    private SimulatorStats.Publishes publishes() {
        long published = sum(Count.PUBLISHED);
        long rejected = sum(Count.REJECTED);
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
                rejected,
                published - acknowledged - forgotten - rejected,
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
                received,
                byCommand,
                sum(Count.COMMANDS_REDELIVERED),
                sum(Count.COMMANDS_IN_PIECES),
                sum(Count.COMMANDS_WITHOUT_EFFECT));
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
