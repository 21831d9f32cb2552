package io.millrace.standalone;

import io.millrace.commands.FirstAccess;
import io.millrace.schemas.DeviceId;
import io.millrace.simulator.DeviceBehaviour;
import io.millrace.simulator.DeviceCredentials;
import io.millrace.simulator.Latency;
import io.millrace.simulator.SimulatedFleet;
import io.millrace.simulator.SimulatorConfig;
import io.millrace.simulator.SimulatorReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The boards of {@code --simulate N}: registered like any other, connected over real MQTT. Their secrets live in memory only. */
final class SimulatedBoards implements AutoCloseable {
    static final String TYPE = "simulated";

    private static final Logger log = LoggerFactory.getLogger(SimulatedBoards.class);
    private static final long CLOSE_SECONDS = 3;
    /** A small fleet is there at once; a large one does not storm. */
    private static final int CONNECTS_PER_SECOND = 500;

    /** The JVM compiles what runs often; what it takes until then says nothing about the system. */
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    private final SimulatedFleet fleet;
    private final long startedAt = System.nanoTime();
    private boolean warm;

    private SimulatedBoards(SimulatedFleet fleet) {
        this.fleet = fleet;
    }

    /** Registers the boards, gives each a new secret, and begins to connect them. */
    static SimulatedBoards start(UpConfig config, FirstAccess access, int mqttPort) {
        List<DeviceId> ids = IntStream.rangeClosed(1, config.simulate())
                .mapToObj(i -> new DeviceId(String.format(Locale.ROOT, "esp32-sim-%05d", i)))
                .toList();
        List<DeviceCredentials> credentials = access.enrol(ids, TYPE).entrySet().stream()
                .map(board -> DeviceCredentials.withSecret(board.getKey().value(), board.getValue()))
                .toList();
        String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        SimulatedFleet fleet = new SimulatedFleet(SimulatorConfig.of(host, mqttPort, credentials)
                .withConnectsPerSecond(CONNECTS_PER_SECOND)
                .withBehaviour(behaviour(config)));
        var unused = fleet.start().exceptionally(e -> {
            log.atWarn().addKeyValue("reason", e).log("simulated boards did not all start");
            return null;
        });
        return new SimulatedBoards(fleet);
    }

    /** Boards that report faster than the seed firmware also warm and cool faster, so that there is something to see. */
    private static DeviceBehaviour behaviour(UpConfig config) {
        double usual = DeviceBehaviour.DEFAULT.interval().toMillis();
        double timeScale =
                Math.min(4, Math.max(1, usual / config.simulateInterval().toMillis()));
        return DeviceBehaviour.DEFAULT.withInterval(config.simulateInterval()).withTimeScale(timeScale);
    }

    /** What the boards have counted, and the latencies they have measured after the warm-up. */
    List<String> report() {
        return SimulatorReport.text(fleet.snapshot()).lines().toList();
    }

    /** From a reading that crosses a threshold to its command, since this was last asked; empty if there was none. */
    Optional<String> recentReaction() {
        if (!warm && System.nanoTime() - startedAt > WARM_UP.toNanos()) {
            warm = true;
            fleet.forgetLatencies();
        }
        Latency recent = fleet.recentReactions();
        return recent.count() == 0
                ? Optional.empty()
                : Optional.of(
                        String.format(Locale.ROOT, "reaction p50 %.1f ms, p99 %.1f ms", recent.p50(), recent.p99()));
    }

    @Override
    public void close() {
        try {
            var unused = fleet.close().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().addKeyValue("reason", e).log("simulated boards did not stop in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
