package io.millrace.rules.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleLayoutTest {

    private static final Path GOOD = Path.of("src/test/resources/rules/good");

    private static String laidOut(String text) {
        return RuleLayout.of(new SourceText("x.yaml", text)).text().orElseThrow();
    }

    private static String revision(String text) {
        return RuleFiles.compile(List.of(new SourceText("x.yaml", text)))
                .rules()
                .map(RuleSet::revision)
                .orElseThrow();
    }

    @Test
    void keysComeInOneOrderAndCommentsMoveWithTheKeyBelowThem() {
        String written =
                "# top\n\n\n\nrules:\n  # about fan\n  - send: FAN_ON   \n    # why 30\n    expr: temperature > 30\n"
                        + "    # its name\n    rule: fan  # same line\n\n    labels:\n      # inner\n      a: b\n  # about second\n"
                        + "  - annotations:\n      summary: |\n        a  \n\n        b\n    x-note: 1\n    expr: >-\n"
                        + "      temperature\n        > 3\n    alert: Second\n\n\n\n  - {send: X, rule: flow, expr: a > 3}";
        assertThat(laidOut(written))
                .isEqualTo("# top\n\nrules:\n  # about fan\n  # its name\n  - rule: fan  # same line\n\n    # why 30\n"
                        + "    expr: temperature > 30\n    send: FAN_ON\n    labels:\n      # inner\n      a: b\n"
                        + "  # about second\n  - alert: Second\n    expr: >-\n      temperature\n        > 3\n"
                        + "    annotations:\n      summary: |\n        a  \n\n        b\n    x-note: 1\n\n"
                        + "  - {send: X, rule: flow, expr: a > 3}\n");
        assertThat(revision(laidOut(written))).isEqualTo(revision(written));
    }

    @Test
    void whatIsLaidOutStaysAndMeansTheSame() throws IOException {
        for (Path file : RuleFiles.files(GOOD)) {
            String text = Files.readString(file);
            String once = laidOut(text);
            assertThat(laidOut(once)).as(file.toString()).isEqualTo(once);
            assertThat(revision(once)).as(file.toString()).isEqualTo(revision(text));
        }
    }

    @Test
    void noOrderOfKeysIsTooOddForIt() {
        List<String> keys = new ArrayList<>(List.of(
                "rule: fan",
                "# why\n    expr: |\n      temperature > 30 ||\n\n      temperature < 3",
                "for: 1m",
                "on_firing:\n    - send: A\n      qos: 0\n    # then\n    - send: B",
                "labels:\n      team: facility",
                "x-mine: \"a\n      b\""));
        String expected = null;
        Random random = new Random(11);
        for (int i = 0; i < 100; i++) {
            Collections.shuffle(keys, random);
            String text = "rules:\n  - x-first: 1\n    " + String.join("\n    ", keys) + "\n";
            String once = laidOut(text)
                    .replaceFirst("\n    x-mine: \"a\n      b\"", "")
                    .replaceFirst("\n    x-first: 1", "");
            expected = expected == null ? once : expected;
            assertThat(once).isEqualTo(expected);
            assertThat(revision(laidOut(text))).isEqualTo(revision(text));
        }
    }

    @Test
    void anAliasStaysBehindItsAnchor() {
        String text = "rules:\n  - send: X\n    for: &hold 1m\n    keep_firing_for: 2m\n    cooldown: 1m\n    rule: a\n"
                + "    expr: t > 3\n    max_age: 1m\n  - cooldown: &c 5m\n    for: *c\n    rule: b\n    expr: t > 3\n    send: Y\n";
        assertThat(laidOut(text)).contains("  - rule: a\n").contains("  - cooldown: &c 5m\n    for: *c\n");
        assertThat(revision(laidOut(text))).isEqualTo(revision(text));
    }

    @Test
    void whatIsNoYamlIsToldAndLeftAlone() {
        RuleLayout.Result result = RuleLayout.of(new SourceText("x.yaml", "rules:\n\t- a\n"));
        assertThat(result.text()).isEmpty();
        assertThat(result.problems()).singleElement().asString().startsWith("x.yaml:2:1: error E100");
    }
}
