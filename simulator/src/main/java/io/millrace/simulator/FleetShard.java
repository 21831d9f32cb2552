package io.millrace.simulator;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of one event loop and what they share: one agenda with one timer for all of them, one random generator, one set of
 * meters. Everything but {@link #meters} and {@link #allTried} is used by that event loop only.
 */
final class FleetShard extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(FleetShard.class);

    private final SimulatorConfig config;
    private final List<DeviceCredentials> credentials;
    private final int firstTurn;
    private final int turnStep;
    private final RandomGenerator random;
    private final SocketAddress server;
    private final ShardMeters meters = new ShardMeters();
    private final Agenda agenda = new Agenda();
    private final ReadingPayload readingPayload = new ReadingPayload();
    private final Handler<Throwable> writeTrouble = this::socketTrouble;
    private final Promise<Void> allTried = Promise.promise();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private @Nullable NetClient netClient;
    private int untried;
    private long timer = -1;
    private long timerDue;
    private boolean waking;

    /** The shard's k-th device is the fleet's (firstTurn + k * turnStep)-th to connect. */
    FleetShard(SimulatorConfig config, List<DeviceCredentials> credentials, int firstTurn, int turnStep) {
        this.config = config;
        this.credentials = credentials;
        this.firstTurn = firstTurn;
        this.turnStep = turnStep;
        this.random = new SplittableRandom(config.seed() * 31 + firstTurn);
        this.server = SocketAddress.inetSocketAddress(config.port(), config.host());
        this.untried = credentials.size();
    }

    @Override
    public Future<?> start() {
        netClient =
                vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout((int)
                        config.timings().networkTimeout().toMillis()));
        long now = System.nanoTime();
        long turn = TimeUnit.SECONDS.toNanos(1) / config.connectsPerSecond();
        for (int k = 0; k < credentials.size(); k++) {
            // 24 to 31 °C: some are about to call for the fan when they are switched on.
            Board board = new Board(random.nextDouble(24, 31), now, behaviour().timeScale());
            SimulatedDevice device = new SimulatedDevice(this, credentials.get(k), board);
            devices.add(device);
            device.connectAt(now + (firstTurn + (long) k * turnStep) * turn);
        }
        if (untried == 0) {
            allTried.complete();
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        allTried.tryFail("the fleet was closed before every device had tried to connect");
        List<Future<Void>> closed = new ArrayList<>();
        for (SimulatedDevice device : devices) {
            closed.add(device.stop());
        }
        // A connection that does not close well is closed all the same.
        return Future.join(closed).otherwiseEmpty();
    }

    /** Completes when every device has been accepted or refused, or has failed, once. */
    Future<Void> allTried() {
        return allTried.future();
    }

    ShardMeters meters() {
        return meters;
    }

    void deviceTried() {
        if (--untried == 0) {
            allTried.tryComplete();
        }
    }

    Future<NetSocket> openSocket() {
        NetClient client = netClient;
        return client == null ? Future.failedFuture("the fleet has not been started") : client.connect(server);
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
        if (timer >= 0) {
            if (due - timerDue >= 0) {
                return;
            }
            boolean unused = vertx.cancelTimer(timer);
        }
        long nanos = due - System.nanoTime();
        timerDue = due;
        timer = vertx.setTimer(Math.max(1, (nanos + 999_999) / 1_000_000), fired -> wake());
    }

    private void wake() {
        timer = -1;
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

    Handler<Throwable> writeTrouble() {
        return writeTrouble;
    }

    DeviceBehaviour behaviour() {
        return config.behaviour();
    }

    EspTimings timings() {
        return config.timings();
    }

    RandomGenerator random() {
        return random;
    }

    ReadingPayload readingPayload() {
        return readingPayload;
    }
}
