package io.millrace.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Warnings that need recorded telemetry or a registry. */
class EvidenceTest {

    private static final long MINUTE = 60_000;

    private final Recording recording = new Recording();
    private final Map<String, DeviceAttributes> registry = new LinkedHashMap<>();

    private List<Problem> warnings(String rules) {
        Evidence evidence =
                new Evidence(Optional.of(recording), registry.isEmpty() ? Optional.empty() : Optional.of(registry));
        RuleFiles.Loaded loaded = RuleFiles.compile(List.of(new SourceText("a.rules.yaml", rules)), evidence);
        assertThat(loaded.rules()).isPresent();
        return loaded.problems();
    }

    private void reports(String device, long everyMillis, int times, double temperature) {
        for (int i = 0; i < times; i++) {
            recording.add(device, i * everyMillis, Map.of("temperature", temperature));
        }
    }

    private void isRegistered(String device, String kind) {
        registry.put(device, new DeviceAttributes(Map.of("kind", kind), Map.of()));
    }

    @Test
    void aHoldShorterThanTheIntervalOfReportsIsTold() {
        isRegistered("f1", "fridge");
        isRegistered("o1", "oven");
        reports("f1", 10 * MINUTE, 20, 5);
        reports("o1", MINUTE / 4, 20, 5);
        assertThat(warnings("""
                rules:
                  - alert: FastRise
                    expr: temperature > 4
                    for: 5m
                    devices: {labels: {kind: fridge}}
                  - alert: OftenEnough
                    expr: temperature > 4
                    for: 5m
                    devices: {labels: {kind: oven}}
                  - alert: TwoSamples
                    expr: temperature > 4
                    for: 5m
                    for_samples: 2
                  - alert: AtOnce
                    expr: temperature > 4
                """)).singleElement().hasToString("""
                a.rules.yaml:3:11: warning W306 (alert "FastRise", for): devices matching kind=fridge report every 600 s
                  3 |     expr: temperature > 4
                    |           ^^^^^^^^^^^^^^^
                  help: it fires on a single sample; with `for_samples: 2` a second one must agree""");
    }

    @Test
    void aSelectionThatMatchesNothingIsToldWithTheNearestValue() {
        isRegistered("f1", "fridge");
        isRegistered("f2", "fridge");
        isRegistered("o1", "oven");
        assertThat(warnings("""
                rules:
                  - alert: Kind
                    expr: temperature > 4
                    devices: {labels: {kind: frigde}}
                  - alert: Site
                    absent_for: 10m
                    devices: {labels: {site: berlin}}
                  - alert: Id
                    expr: temperature > 4
                    devices: ff1
                  - alert: Fine
                    expr: temperature > 4
                    devices: "f*"
                """))
                .extracting(problem -> problem.headline() + " | " + problem.help())
                .containsExactly(
                        "a.rules.yaml:3:11: warning W305 (alert \"Kind\", devices): selects none of 3 devices"
                                + " | did you mean \"fridge\"? Values of kind: fridge, oven",
                        "a.rules.yaml:5:12: warning W305 (alert \"Site\", devices): selects none of 3 devices"
                                + " | no device has a label site",
                        "a.rules.yaml:9:11: warning W305 (alert \"Id\", devices): selects none of 3 devices"
                                + " | did you mean \"f1\"?");
    }

    @Test
    void aFieldThatNobodySentIsTold() {
        reports("f1", MINUTE, 121, 5);
        recording.add("f1", 0, Map.of("gps", Map.of(), "gps.lat", 52.5));
        assertThat(warnings("""
                rules:
                  - alert: Misspelt
                    expr: temprature > 4
                  - alert: Nested
                    expr: gps.lat > 4
                  - alert: OtherDevice
                    expr: humidity > 4
                    devices: {labels: {kind: unknown without a registry}}
                """))
                .extracting(problem -> problem.headline() + " | " + problem.help())
                .containsExactly(
                        "a.rules.yaml:3:11: warning W305 (alert \"Misspelt\", expr): none of 1 device sent"
                                + " \"temprature\" in 2.0 h | did you mean \"temperature\"? They sent: gps, gps.lat,"
                                + " temperature",
                        "a.rules.yaml:7:11: warning W305 (alert \"OtherDevice\", expr): none of 1 device sent"
                                + " \"humidity\" in 2.0 h | They sent: gps, gps.lat, temperature");
    }

    @Test
    void aThresholdInTheNoiseIsToldWithADistanceThatWouldHaveHeld() {
        Random noise = new Random(1);
        for (int i = 0; i < 600; i++) {
            recording.add("gh-1", i * MINUTE, Map.of("temperature", 30 + noise.nextInt(9) / 10.0 - 0.4));
            recording.add("gh-2", i * MINUTE, Map.of("temperature", 20.0));
        }
        assertThat(warnings("""
                rules:
                  - rule: fan
                    expr: temperature > 30
                    send: FAN_ON
                  - rule: heater
                    expr: 30 >= temperature
                    send: HEATER_ON
                  - rule: quiet
                    expr: temperature > 30
                    resolve_expr: temperature < 29
                    send: FAN_ON
                  - rule: patient
                    expr: temperature > 30
                    for: 5m
                    send: FAN_ON
                  - rule: high
                    expr: temperature > 31
                    send: FAN_ON
                """))
                .extracting(problem -> problem.headline() + " | " + problem.help())
                .containsExactly(
                        "a.rules.yaml:3:11: warning W308 (rule \"fan\", expr): `temperature > 30` flips 27 times an"
                                + " hour | for example `resolve_expr: temperature < 29.5`",
                        "a.rules.yaml:6:11: warning W308 (rule \"heater\", expr): `30 >= temperature` flips 27 times"
                                + " an hour | for example `resolve_expr: temperature > 30.5`");
    }

    @Test
    void withoutEvidenceNothingIsSaidOfTheFleet() {
        assertThat(RuleFiles.compile(List.of(new SourceText("a.rules.yaml", """
                        rules:
                          - alert: A
                            expr: temprature > 30
                            for: 1s
                            devices: nobody
                        """)))
                        .problems())
                .isEmpty();
    }
}
