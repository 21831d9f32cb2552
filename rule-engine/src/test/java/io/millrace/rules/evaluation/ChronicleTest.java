package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.RuleId;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ChronicleTest {

    private static final String FAN = """
            rules:
              - rule: fan
                expr: temperature > 30
                for: 1m
                send: FAN_ON
                cooldown: 10m
              - alert: Temperature
                levels:
                  warning: {expr: temperature > 40}
                  critical: {expr: temperature > 50}
              - record: calm
                expr: temperature + 1
            """;

    private static Explanation explain(Partition partition, String rule) {
        return partition
                .engine
                .explain("esp32-01".getBytes(UTF_8), new RuleId("test", rule), OptionalInt.of(3))
                .orElseThrow();
    }

    private static List<String> moves(Explanation explanation) {
        return explanation.transitions().stream()
                .map(move -> Instant.ofEpochMilli(move.time()).toString().substring(11) + " "
                        + move.from().text() + " " + move.to().text()
                        + move.level().map(level -> " " + level).orElse("") + " " + move.cause())
                .toList();
    }

    @Test
    void everyTransitionNamesTheMessageOrTheDeadlineThatCausedIt() {
        Partition partition =
                new Partition(FAN).send(0, "{\"temperature\":31}").until(70).send(80, "{\"temperature\":20}");
        assertThat(moves(explain(partition, "fan")))
                .containsExactly(
                        "10:00:00Z inactive pending telemetry/3/0",
                        "10:01:00Z pending firing timer/2026-11-22T10:01:00Z",
                        "10:01:20Z firing inactive telemetry/3/1");
    }

    @Test
    void aChangeOfLevelIsATransitionOfItsOwn() {
        Partition partition = new Partition(FAN)
                .send(0, "{\"temperature\":45}")
                .send(1, "{\"temperature\":55}")
                .send(2, "{\"temperature\":45}")
                .send(3, "{\"temperature\":20}");
        assertThat(moves(explain(partition, "Temperature")))
                .containsExactly(
                        "10:00:00Z inactive firing warning telemetry/3/0",
                        "10:00:01Z firing firing critical telemetry/3/1",
                        "10:00:02Z firing firing warning telemetry/3/2",
                        "10:00:03Z firing inactive warning telemetry/3/3");
    }

    @Test
    void aDeviceWhoseRulesNeverMoveCarriesNothing() {
        Partition partition = new Partition(FAN).send(0, "{\"temperature\":20}").send(1, "{\"temperature\":21}");
        DeviceState device = partition.devices.find("esp32-01".getBytes(UTF_8));
        assertThat(device).isNotNull();
        assertThat(device.chronicle).isNull();
        assertThat(explain(partition, "fan").transitions()).isEmpty();
    }

    @Test
    void onlyTheLastTwentyAreKept() {
        Partition partition = new Partition(FAN);
        for (int i = 0; i < 50; i++) {
            partition.send(i, "{\"temperature\":" + (i % 2 == 0 ? 31 : 20) + "}");
        }
        assertThat(moves(explain(partition, "fan")))
                .hasSize(20)
                .startsWith("10:00:30Z inactive pending telemetry/3/30")
                .endsWith("10:00:49Z pending inactive telemetry/3/49");
    }

    @Test
    void aRestartForgetsNothingOfIt() {
        Partition partition = new Partition("""
                rules:
                  - rule: share
                    expr: a / b > 1
                    send: ON
                    cooldown: 10m
                """);
        for (int i = 0; i < 30; i++) {
            partition.send(i, "{\"a\":" + (i % 2 == 0 ? 31 : 0) + ",\"b\":" + (i == 29 ? 0 : 2) + "}");
        }
        Explanation before = explain(partition, "share");
        Explanation after = explain(partition.restarted(), "share");
        assertThat(after.transitions()).isEqualTo(before.transitions()).hasSize(20);
        assertThat(after.acts()).isEqualTo(before.acts()).hasSize(2);
        assertThat(after.lastError()).isEqualTo(before.lastError()).isPresent();
    }

    @Test
    void actionsAreToldWithWhatBecameOfThem() {
        Partition partition = new Partition("""
                rules:
                  - rule: heat
                    expr: temperature < 10
                    trigger: level
                    cooldown: 1m
                    send: "HEAT ${temperature}"
                    confirm: {expr: heating, within: 10s, retries: 1}
                """)
                .send(0, "{\"temperature\":8,\"heating\":false}")
                .send(1, "{\"temperature\":8,\"heating\":false}")
                .send(2, "{\"temperature\":8,\"heating\":false}")
                .until(11)
                .send(12.5, "{\"temperature\":8,\"heating\":true}");
        assertThat(explain(partition, "heat").acts())
                .extracting(act -> act.what() + " " + act.outcome() + " " + act.times() + " " + act.cause())
                .containsExactly(
                        "HEAT 8 sent 1 telemetry/3/0",
                        "on_firing cooldown 2 telemetry/3/2",
                        "HEAT 8 sent again, retry 1 1 timer/2026-11-22T10:00:10Z",
                        "confirm confirmed after 12.5 s 1 telemetry/3/3",
                        "on_firing cooldown 1 telemetry/3/3");
    }

    @Test
    void theBudgetThatIsLeftAndTheNextDeadlineAreTold() {
        Partition partition = new Partition(FAN).send(0, "{\"temperature\":31}");
        assertThat(explain(partition, "fan").standing().nextDeadline()).hasValue(Partition.at(60));
        partition.until(61);
        assertThat(explain(partition, "fan").standing().sentLately()).isEqualTo(1);
        assertThat(explain(partition, "fan").lastMessage()).contains("3/0");
        assertThat(explain(partition, "fan").conditions().get(0).values().get(0).message())
                .contains("3/0");
        partition.send(62, "{\"other\":1}");
        assertThat(explain(partition, "fan").conditions().get(0).values().get(0).message())
                .isEmpty();
        assertThat(explain(partition, "fan").lastMessage()).contains("3/1");
    }

    @Test
    void allRulesOfADeviceStandInOneAnswer() {
        Partition partition = new Partition(FAN).send(0, "{\"temperature\":45}");
        DeviceRules rules = partition
                .engine
                .explain("esp32-01".getBytes(UTF_8), OptionalInt.of(3))
                .orElseThrow();
        assertThat(rules.rules())
                .extracting(standing ->
                        standing.rule().id().name() + " " + standing.phase().text())
                .containsExactly("fan pending", "Temperature firing");
        assertThat(rules.transitions()).hasSize(2);
        assertThat(partition.engine.explain("other".getBytes(UTF_8), OptionalInt.of(3)))
                .isEmpty();
        assertThat(partition.engine.explain("esp32-01".getBytes(UTF_8), new RuleId("test", "none"), OptionalInt.of(3)))
                .isEmpty();
    }
}
