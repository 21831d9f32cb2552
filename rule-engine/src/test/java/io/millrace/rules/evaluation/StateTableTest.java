package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of states of the language, row by row, each with what its cells leave open: the words beside {@code expr}, what has
 * happened before at second 0 and 10, the event at second 20, then the state and all that was told and sent because of it.
 */
class StateTableTest {

    private static final String TRUE = "{\"t\":31}";
    private static final String FALSE = "{\"t\":20}";
    private static final String BETWEEN = "{\"t\":28}";
    private static final String UNKNOWN = "{\"t\":null}";
    private static final String OTHER = "{\"x\":1}";
    private static final String LONG = "for: 1m";
    private static final String HELD = "keep_firing_for: 1m";
    private static final String HYSTERESIS = "resolve_expr: t < 27";

    private record Row(
            String name, String words, List<String> before, String event, Phase state, List<String> effects) {}

    private static Row row(
            String name, String words, List<String> before, String event, Phase state, String... effects) {
        return new Row(name, words, before, event, state, List.of(effects));
    }

    private static String rules(String words) {
        return """
                time_intervals:
                  - name: now
                    time_intervals: [{times: [{start_time: "09:00", end_time: "10:00"}, {start_time: "10:00", end_time: "10:01"}]}]
                rules:
                  - alert: Rule
                    expr: t > 30
                    send: GO
                    on_resolved: [{send: STOP}]
                """ + words.lines().map(line -> "    " + line + "\n").reduce("", String::concat);
    }

    private static final List<Row> TABLE = List.of(
            row("inactive, true without for: fires", "", List.of(FALSE), TRUE, Phase.FIRING, "GO", "firing Rule 20"),
            row("inactive, true with for: waits", LONG, List.of(FALSE), TRUE, Phase.PENDING),
            row("inactive, true with for_samples: waits", "for_samples: 2", List.of(FALSE), TRUE, Phase.PENDING),
            row("inactive, false: stays", "", List.of(FALSE), FALSE, Phase.INACTIVE),
            row("inactive, unknown: stays", "", List.of(FALSE), UNKNOWN, Phase.INACTIVE),
            row(
                    "inactive, unknown means true: fires",
                    "missing: \"true\"",
                    List.of(FALSE),
                    UNKNOWN,
                    Phase.FIRING,
                    "GO",
                    "firing Rule 20"),
            row("pending, true not long enough: waits on", LONG, List.of(TRUE), TRUE, Phase.PENDING),
            row(
                    "pending, true long enough: fires",
                    "for: 20s",
                    List.of(TRUE, OTHER),
                    TRUE,
                    Phase.FIRING,
                    "GO",
                    "firing Rule 20"),
            row(
                    "pending, true often enough: fires",
                    "for_samples: 2",
                    List.of(TRUE),
                    TRUE,
                    Phase.FIRING,
                    "GO",
                    "firing Rule 20"),
            row(
                    "pending, often enough but not long enough: waits on",
                    LONG + "\nfor_samples: 2",
                    List.of(TRUE),
                    TRUE,
                    Phase.PENDING),
            row("pending, timer: fires", "for: 15s", List.of(TRUE), OTHER, Phase.FIRING, "GO", "firing Rule 15"),
            row(
                    "pending, timer with a stale input: inactive",
                    "for: 15s\nstale_after: 12s",
                    List.of(TRUE),
                    OTHER,
                    Phase.INACTIVE),
            row("pending, false: inactive", LONG, List.of(TRUE), FALSE, Phase.INACTIVE),
            row("pending, unknown: inactive", LONG, List.of(TRUE), UNKNOWN, Phase.INACTIVE),
            row(
                    "pending, unknown means true: waits on",
                    LONG + "\nmissing: \"true\"",
                    List.of(TRUE),
                    UNKNOWN,
                    Phase.PENDING),
            row("firing, false: ends", "", List.of(TRUE), FALSE, Phase.INACTIVE, "STOP", "resolved Rule 20"),
            row("firing, neither: stays", HYSTERESIS, List.of(TRUE), BETWEEN, Phase.FIRING),
            row(
                    "firing, resolve_expr: ends",
                    HYSTERESIS,
                    List.of(TRUE),
                    FALSE,
                    Phase.INACTIVE,
                    "STOP",
                    "resolved Rule 20"),
            row(
                    "firing, both true: ends",
                    "resolve_expr: t > 20",
                    List.of("{\"t\":35}"),
                    "{\"t\":36}",
                    Phase.INACTIVE,
                    "STOP",
                    "resolved Rule 20"),
            row("firing, end to be held: closing", HELD, List.of(TRUE), FALSE, Phase.CLOSING),
            row("firing, true: stays", "", List.of(TRUE), TRUE, Phase.FIRING),
            row("firing, unknown: stays", "", List.of(TRUE), UNKNOWN, Phase.FIRING),
            row(
                    "firing, unknown means false: ends",
                    "missing: \"false\"",
                    List.of(TRUE),
                    UNKNOWN,
                    Phase.INACTIVE,
                    "STOP",
                    "resolved Rule 20"),
            row("closing, true: fires on", HELD, List.of(TRUE, FALSE), TRUE, Phase.FIRING),
            row(
                    "closing, resolve_expr true no longer: fires on",
                    HELD + "\n" + HYSTERESIS,
                    List.of(TRUE, FALSE),
                    BETWEEN,
                    Phase.FIRING),
            row("closing, end still: closing", HELD, List.of(TRUE, FALSE), FALSE, Phase.CLOSING),
            row("closing, unknown: fires on", HELD, List.of(TRUE, FALSE), UNKNOWN, Phase.FIRING),
            row(
                    "closing, timer: ends",
                    "keep_firing_for: 5s",
                    List.of(TRUE, FALSE),
                    OTHER,
                    Phase.INACTIVE,
                    "STOP",
                    "resolved Rule 15"),
            row(
                    "firing, repeat due: again",
                    "repeat_interval: 20s",
                    List.of(TRUE),
                    OTHER,
                    Phase.FIRING,
                    "GO",
                    "firing Rule 20"),
            row(
                    "firing, repeat in the cooldown: told, not done",
                    "repeat_interval: 20s\ncooldown: 1m",
                    List.of(TRUE),
                    OTHER,
                    Phase.FIRING,
                    "firing Rule 20"),
            row("firing, level message: again", "trigger: level", List.of(TRUE), TRUE, Phase.FIRING, "GO"),
            row(
                    "firing, level message in the cooldown: nothing",
                    "trigger: level\ncooldown: 1m",
                    List.of(TRUE),
                    TRUE,
                    Phase.FIRING),
            row("wait, still true: nothing", "initial: wait", List.of(TRUE), TRUE, Phase.INACTIVE),
            row(
                    "wait, true after false: fires",
                    "initial: wait",
                    List.of(TRUE, FALSE),
                    TRUE,
                    Phase.FIRING,
                    "GO",
                    "firing Rule 20"),
            row("wait, true after unknown: nothing", "initial: wait", List.of(UNKNOWN), TRUE, Phase.INACTIVE));

    @TestFactory
    Stream<DynamicTest> everyRowHolds() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.name, () -> {
                    Partition p = new Partition(rules(row.words));
                    double second = 0;
                    for (String message : row.before) {
                        p.send(second, message);
                        second += 10;
                    }
                    forget(p);
                    p.send(20, row.event);
                    assertThat(p.phase("Rule")).isEqualTo(row.state);
                    assertThat(effects(p)).containsExactlyInAnyOrderElementsOf(row.effects);
                }));
    }

    private static void forget(Partition p) {
        p.commands.clear();
        p.alerts.clear();
    }

    private static List<String> effects(Partition p) {
        return Stream.concat(p.sent().stream(), p.told().stream()).toList();
    }

    @TestFactory
    Stream<DynamicTest> whateverTakesTheRuleAwayEndsIt() {
        return Stream.of(
                        new Away("leaves active interval", "active_time_intervals: [now]", p -> p.until(60), true),
                        new Away(
                                "device leaves selection",
                                "devices: {labels: {kind: fridge}}",
                                p -> p.register("esp32-01", 60, Map.of("kind", "lamp"), Map.of()),
                                true),
                        new Away("rule disabled", "", p -> p.until(60).use(rules("enabled: false")), false),
                        new Away(
                                "rule disabled, to be run",
                                "on_removed: run",
                                p -> p.until(60).use(rules("enabled: false\non_removed: run")),
                                true),
                        new Away(
                                "rule removed",
                                "",
                                p -> p.until(60).use("rules: [{alert: Other, expr: o > 1}]"),
                                false),
                        new Away(
                                "rule removed, to be run",
                                "on_removed: run",
                                p -> p.until(60).use("rules: [{alert: Other, expr: o > 1}]"),
                                true))
                .map(away -> DynamicTest.dynamicTest(away.name, () -> {
                    Partition p = new Partition(rules(away.words))
                            .register("esp32-01", 0, Map.of("kind", "fridge"), Map.of());
                    p.send(0, TRUE);
                    assertThat(p.phase("Rule")).isEqualTo(Phase.FIRING);
                    forget(p);
                    away.event.accept(p);
                    assertThat(p.phase("Rule")).isEqualTo(Phase.INACTIVE);
                    assertThat(p.alerts).singleElement().satisfies(alert -> assertThat(alert.reason())
                            .isPresent());
                    assertThat(effects(p))
                            .containsExactlyElementsOf(
                                    away.run ? List.of("STOP", "resolved Rule 60") : List.of("resolved Rule 60"));
                }));
    }

    private record Away(String name, String words, java.util.function.Consumer<Partition> event, boolean run) {}

    @TestFactory
    Stream<DynamicTest> whoIsSeenAgainIsSeenForTheFirstTime() {
        return Stream.of("enabled again", "selected again")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    boolean enabled = name.startsWith("enabled");
                    String words = "initial: wait\ndevices: {labels: {kind: fridge}}";
                    Partition p =
                            new Partition(rules(words)).register("esp32-01", 0, Map.of("kind", "fridge"), Map.of());
                    p.send(0, FALSE).send(10, TRUE);
                    assertThat(p.phase("Rule")).isEqualTo(Phase.FIRING);
                    if (enabled) {
                        p.until(20)
                                .use(rules(words + "\nenabled: false"))
                                .until(30)
                                .use(rules(words));
                    } else {
                        p.register("esp32-01", 20, Map.of("kind", "lamp"), Map.of())
                                .register("esp32-01", 30, Map.of("kind", "fridge"), Map.of());
                    }
                    forget(p);
                    p.send(40, TRUE).send(50, "{\"t\":32}");
                    assertThat(p.phase("Rule")).isEqualTo(Phase.INACTIVE);
                    p.send(60, FALSE).send(70, TRUE);
                    assertThat(effects(p)).containsExactly("GO", "firing Rule 70");
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatEndedWhileTrueFiresAtTheNextEvaluation() {
        return Stream.of("{\"t\":36}", "{\"t\":37}")
                .map(next -> DynamicTest.dynamicTest(next, () -> {
                    Partition p = new Partition(rules("resolve_expr: t > 20"));
                    p.send(0, "{\"t\":35}").send(10, "{\"t\":36}");
                    assertThat(p.phase("Rule")).isEqualTo(Phase.INACTIVE);
                    p.send(20, OTHER);
                    assertThat(p.phase("Rule")).isEqualTo(Phase.INACTIVE);
                    p.send(30, next);
                    assertThat(p.told()).containsExactly("firing Rule 0", "resolved Rule 10", "firing Rule 30");
                }));
    }
}
