package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.simulator.DeviceBehaviour;
import io.millrace.simulator.DeviceCredentials;
import io.millrace.simulator.EspTimings;
import io.millrace.simulator.SimulatedFleet;
import io.millrace.simulator.SimulatorConfig;
import io.millrace.simulator.SimulatorStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Some simulated boards beside the {@link Load}, for a test that does something to them. Any thread. */
final class Boards implements AutoCloseable {
    private final List<String> ids;
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final SimulatedFleet fleet;

    /** @param secrets of a device */
    Boards(int port, List<String> ids, UnaryOperator<String> secrets, EspTimings timings) {
        this.ids = List.copyOf(ids);
        fleet = new SimulatedFleet(
                SimulatorConfig.of(
                                "127.0.0.1",
                                port,
                                ids.stream()
                                        .map(id -> DeviceCredentials.withSecret(id, secrets.apply(id)))
                                        .toList())
                        .withConnectsPerSecond(1000)
                        .withTimings(timings)
                        .withBehaviour(DeviceBehaviour.DEFAULT
                                .withInterval(Duration.ofSeconds(1))
                                .withReportOnCommand(false)),
                (device, payload) -> acknowledged.merge(device + " " + payload, 1, Integer::sum));
    }

    Boards connect() {
        var unused = fleet.start();
        return this;
    }

    Boards awaitAllConnected() {
        await(ids.get(0) + " and others connected")
                .atMost(Load.PATIENCE)
                .untilAsserted(() -> assertThat(stats().connects().open()).isEqualTo(ids.size()));
        return this;
    }

    void awaitNoneConnected() {
        await(ids.get(0) + " and others disconnected")
                .atMost(Load.PATIENCE)
                .untilAsserted(() -> assertThat(stats().connects().open()).isZero());
    }

    SimulatorStats stats() {
        return fleet.snapshot();
    }

    /** Device and payload, and how often its board has acknowledged it. */
    Map<String, Integer> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    @Override
    public void close() {
        var unused = fleet.close().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
