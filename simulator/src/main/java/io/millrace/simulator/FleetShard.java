package io.millrace.simulator;

import io.millrace.simulator.ledger.Sent;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of one event loop and what they share: one agenda with one timer for all of them, one random generator, one set of
 * meters. Everything but {@link #meters}, {@link #start}, {@link #stop} and {@link #allTried} is used by that event loop only.
 */
final class FleetShard {
    private static final Logger log = LoggerFactory.getLogger(FleetShard.class);

    /**
     * One device to be.
     *
     * @param number its place in the fleet
     * @param connectAfter nanoseconds from the start
     */
    record Seat(FleetGroup group, DeviceCredentials credentials, int number, long connectAfter) {}

    private final EspTimings timings;
    private final EventLoop loop;
    private final Map<FleetGroup, Connector> connectors;
    private final CommandWitness witness;
    private final RandomGenerator random;
    private final ShardMeters meters = new ShardMeters();
    private final Agenda agenda = new Agenda();
    private final ReadingPayload readingPayload = new ReadingPayload();
    private final CompletableFuture<Void> allTried = new CompletableFuture<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private long startedAt;
    private int untried;
    private @Nullable ScheduledFuture<?> timer;
    private long timerDue;
    private boolean waking;

    FleetShard(
            EspTimings timings,
            EventLoop loop,
            Map<FleetGroup, Connector> connectors,
            CommandWitness witness,
            long seed) {
        this.timings = timings;
        this.loop = loop;
        this.connectors = connectors;
        this.witness = witness;
        this.random = new SplittableRandom(seed);
    }

    /** From any thread, once. */
    void start(List<Seat> seats) {
        loop.execute(() -> seat(seats));
    }

    private void seat(List<Seat> seats) {
        startedAt = System.nanoTime();
        untried = seats.size();
        for (Seat seat : seats) {
            // 24 to 31 °C: some are about to call for the fan when they are switched on.
            Board board = new Board(
                    random.nextDouble(24, 31),
                    startedAt,
                    seat.group().behaviour().timeScale());
            SimulatedDevice device = new SimulatedDevice(this, seat.group(), seat.credentials(), seat.number(), board);
            devices.add(device);
            device.connectAt(startedAt + seat.connectAfter());
        }
        if (untried == 0) {
            boolean unused = allTried.complete(null);
        }
    }

    /** From any thread. Says what its devices have sent, when all connections are closed. */
    CompletableFuture<List<Sent>> stop() {
        CompletableFuture<List<Sent>> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            boolean unused = allTried.completeExceptionally(
                    new IllegalStateException("the fleet was closed before every device had tried to connect"));
            CompletableFuture<?>[] closed =
                    devices.stream().map(SimulatedDevice::stop).toArray(CompletableFuture<?>[]::new);
            List<Sent> sent = devices.stream().map(SimulatedDevice::sent).toList();
            // A connection that does not close well is closed all the same.
            var unused2 = CompletableFuture.allOf(closed).whenComplete((done, trouble) -> stopped.complete(sent));
        });
        return stopped;
    }

    /** Completes when every device has been accepted or refused, or has failed, once. */
    CompletableFuture<Void> allTried() {
        return allTried;
    }

    ShardMeters meters() {
        return meters;
    }

    void deviceTried() {
        if (--untried == 0) {
            boolean unused = allTried.complete(null);
        }
    }

    ChannelFuture connect(Link link, SimulatedDevice device) {
        Connector connector = connectors.get(device.group());
        if (connector == null) {
            throw new IllegalStateException(
                    "no connector for group " + device.group().name());
        }
        return connector.connect(loop, link, device.number());
    }

    void enter(Agenda.Entry entry, long due) {
        agenda.enter(entry, due);
        arm();
    }

    void enterIfEarlier(Agenda.Entry entry, long due) {
        agenda.enterIfEarlier(entry, due);
        arm();
    }

    void remove(Agenda.Entry entry) {
        agenda.remove(entry);
    }

    /** One timer for the first entry, at the resolution of a millisecond. */
    private void arm() {
        if (waking) {
            return;
        }
        long due = agenda.firstDue();
        if (timer != null) {
            if (due - timerDue >= 0) {
                return;
            }
            boolean unused = timer.cancel(false);
        }
        long nanos = due - System.nanoTime();
        timerDue = due;
        timer = loop.schedule(this::wake, Math.max(1, (nanos + 999_999) / 1_000_000), TimeUnit.MILLISECONDS);
    }

    private void wake() {
        timer = null;
        waking = true;
        long now = System.nanoTime();
        for (var entry = agenda.take(now); entry.isPresent(); entry = agenda.take(now)) {
            entry.get().run(System.nanoTime());
        }
        waking = false;
        if (!agenda.isEmpty()) {
            arm();
        }
    }

    /** Counted where the connection ends; here only for those who look for the cause. */
    void socketTrouble(Throwable cause) {
        log.debug("A simulated device's connection had trouble: {}", cause.toString());
    }

    EspTimings timings() {
        return timings;
    }

    CommandWitness witness() {
        return witness;
    }

    RandomGenerator random() {
        return random;
    }

    ReadingPayload readingPayload() {
        return readingPayload;
    }

    double secondsSinceStart(long now) {
        return (now - startedAt) / 1e9;
    }
}
