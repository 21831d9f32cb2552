package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records and variables: names for expressions, missing when one of their inputs is. */
class LocalNamesTest {

    private static final String DEW = """
            rules:
              - alert: CondensationRisk
                expr: wallTemperature - dewPoint < 2
                for: 15m
                annotations: {summary: "dew point ${fixed(dewPoint, 1)}"}
              - record: dewPoint
                expr: %s
            """;

    private static Partition dew(String expr) {
        return new Partition(DEW.formatted(expr));
    }

    @Test
    void aRecordIsAFieldOfTheRulesAboveItToo() {
        Partition p = dew("temperature - (100 - humidity) / 5");
        p.send(0, "{\"temperature\":20,\"humidity\":80}").send(60, "{\"wallTemperature\":17}");
        p.send(600, "{\"temperature\":20,\"humidity\":80,\"wallTemperature\":17}")
                .until(961);
        assertThat(p.alerts).singleElement().satisfies(alert -> {
            assertThat(alert.at()).isEqualTo(java.time.Instant.ofEpochMilli(Partition.at(960)));
            assertThat(alert.annotations()).containsEntry("summary", "dew point 16.0");
        });
    }

    @Test
    void aRecordIsMissingAsSoonAsOneOfItsInputsIs() {
        Partition p = dew("temperature - (100 - humidity) / 5");
        p.send(0, "{\"temperature\":20,\"humidity\":80,\"wallTemperature\":17}");
        p.send(60, "{\"humidity\":null}").send(120, "{\"temperature\":20,\"wallTemperature\":17}");
        assertThat(p.phase("CondensationRisk")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void anEditedRecordIsAnEditedCondition() {
        Partition p = dew("temperature - (100 - humidity) / 5");
        p.send(0, "{\"temperature\":20,\"humidity\":80,\"wallTemperature\":17}").until(600);
        p.use(DEW.formatted("temperature - 3")).until(960);
        assertThat(p.told()).as("pending began anew at 600 s").isEmpty();
    }

    @Test
    void aRecordHasAPast() {
        Partition p = new Partition("""
                rules:
                  - record: sum
                    expr: a + b
                  - record: mean
                    vars: {window: 'avg_over_time(sum, "1m")'}
                    expr: window
                  - alert: A
                    expr: mean > 10
                """);
        p.send(0, "{\"a\":5,\"b\":4}").send(1, "{\"a\":9}");
        assertThat(p.told()).as("of 9 and 13").containsExactly("firing A 1");
    }

    @Test
    void variablesFollowTheRegistry() {
        Partition p = new Partition("""
                rules:
                  - alert: AboveOwnLimit
                    vars:
                      limit: coalesce(device.maxTemp, 8)
                      temperature: temperature - 1
                    expr: temperature > limit
                    annotations: {summary: "${temperature} above ${limit}"}
                """);
        p.register("esp32-01", 0, Map.of(), Map.of("maxTemp", 10.0));
        p.send(0, "{\"temperature\":11}");
        assertThat(p.told()).isEmpty();
        p.send(1, "{\"temperature\":12}");
        assertThat(p.alerts).singleElement().satisfies(alert -> assertThat(alert.annotations())
                .containsEntry("summary", "11 above 10"));
        p.register("esp32-01", 2, Map.of(), Map.of("maxTemp", 12.0));
        assertThat(p.told()).containsExactly("firing AboveOwnLimit 1", "resolved AboveOwnLimit 2");
    }

    @Test
    void variablesOfARuleAreItsOwn() {
        Partition p = new Partition("""
                rules:
                  - alert: A
                    vars: {limit: 5}
                    expr: x > limit
                  - alert: B
                    vars: {limit: 7}
                    expr: x > limit
                  - alert: C
                    expr: x > limit
                """);
        p.send(0, "{\"x\":6,\"limit\":1}");
        assertThat(p.told()).as("to C it is a field").containsExactly("firing A 0", "firing C 0");
    }

    @Test
    void aTimeInAVariableStillSetsATimer() {
        Partition p = new Partition("""
                rules:
                  - alert: Idle
                    vars: {idle: age(motion)}
                    expr: idle > 60
                """).gatewayAlive(0, 100);
        p.send(0, "{\"motion\":true}").until(61);
        assertThat(p.told()).containsExactly("firing Idle 60");
    }

    @Test
    void aFieldNamedLikeAWordOfTemplatesIsReachedThroughTheMessage() {
        Partition p = new Partition("""
                rules:
                  - alert: Tank
                    expr: value > 5 && level < 2
                    annotations: {summary: "${value} ${msg[\\"value\\"]} ${msg[\\"level\\"]} ${msg.duration}"}
                """);
        p.send(0, "{\"value\":6,\"level\":1,\"duration\":\"long\"}");
        assertThat(p.alerts.get(0).annotations()).containsEntry("summary", "6 6 1 long");
    }
}
