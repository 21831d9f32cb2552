package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatorReportTest {
    private static final SimulatorStats STATS = stats(Duration.ofSeconds(20), 20_000);

    @Test
    void textSaysWhatHappenedInSumsThatCanBeChecked() {
        assertThat(SimulatorReport.text(STATS).lines())
                .containsExactly(
                        "1,000 simulated devices, 20.0 s: 1,000 readings/s, 20.0 commands/s",
                        "  connects     1,015 tried = 1,000 accepted + 14 failed + 1 under way",
                        "               10 refused: bad user name or password",
                        "               4 no TCP connection",
                        "  connections  1,000 accepted = 997 open + 3 lost + 0 closed by the simulator; 2 reconnects",
                        "               3 closed by the server or the network",
                        "  published    20,005 = 20,000 readings + 5 responses; 2 readings skipped",
                        "  QoS 1 and 2  20,005 = 20,000 acknowledged + 1 forgotten + 4 in flight; 6 sent again",
                        "  PUBACK       p50 4.12 ms, p90 9.00 ms, p99 20.5 ms, max 1,234 ms of 20,000",
                        "  commands     400 = 300 FAN_ON + 100 FAN_OFF; 1 without effect, 2 redelivered",
                        "  crossings    402 = 399 answered + 1 unanswered + 2 awaited (above 30 °C, below 27 °C)",
                        "  reaction     not measured");
    }

    @Test
    void progressShowsTheRateSinceTheLineBefore() {
        SimulatorStats before = stats(Duration.ofSeconds(18), 17_000);
        assertThat(SimulatorReport.progress(before, STATS))
                .startsWith("997/1,000 connected · 1,500 readings/s · PUBACK p99 20.5 ms · 0.00 commands/s");
    }

    private static SimulatorStats stats(Duration elapsed, long readings) {
        return new SimulatorStats(
                elapsed,
                1000,
                new SimulatorStats.Connects(
                        1015,
                        1000,
                        2,
                        997,
                        3,
                        Map.of(ConnectionEnd.CLOSED, 3L),
                        0,
                        Map.of(ConnectFailure.UNREACHABLE, 4L, ConnectFailure.BAD_CREDENTIALS, 10L),
                        1,
                        0),
                new SimulatorStats.Publishes(
                        readings, 5, 2, 0, 0, 20_005, 20_000, 1, 0, 4, 6, 0, new Latency(20_000, 4.12, 9, 20.5, 1234)),
                new SimulatorStats.Commands(
                        400, Map.of(DeviceCommand.FAN_OFF, 100L, DeviceCommand.FAN_ON, 300L), 2, 0, 1),
                new SimulatorStats.Reactions(402, 399, 1, 2, new Latency(0, 0, 0, 0, 0)));
    }
}
