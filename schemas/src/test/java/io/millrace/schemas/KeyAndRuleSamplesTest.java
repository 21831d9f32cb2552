package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Samples of keys and of what concerns rules, as they once went over the wire, frozen: every later version must still read them. */
class KeyAndRuleSamplesTest {
    private static final Instant AT = Instant.parse("2026-11-22T10:04:00Z");

    @Test
    void accessKeysOfVersionOne() throws IOException {
        List<AccessKeyRecord> both = read("access-keys.v1.jsonl", AccessKeyRecord.class);

        assertThat(both.get(0).role()).isEqualTo(Role.VIEWER);
        assertThat(both.get(0).digest().matches("s3cret")).isTrue();
        assertThat(both.get(0).expiresAt()).contains(Instant.parse("2027-11-22T10:04:00Z"));
        assertThat(both.get(1).role()).isEqualTo(Role.PROVISIONING);
        assertThat(both.get(1).enabled()).isFalse();
        assertThat(both.get(1).expiresAt()).isEmpty();
    }

    @Test
    void ruleSetsOfVersionOne() throws IOException {
        List<RuleSetRecord> both = read("rule-sets.v1.jsonl", RuleSetRecord.class);

        RuleSetRecord.File file = new RuleSetRecord.File("default.rules.yaml", "rules: []\n");
        RuleSetRecord.Replaced replaced = new RuleSetRecord.Replaced(
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", AT.minusSeconds(5));
        assertThat(both)
                .containsExactly(
                        new RuleSetRecord(
                                "1a2b3c",
                                List.of(file),
                                AT,
                                "standalone",
                                List.of(replaced),
                                RuleSetRecord.Origin.APPLIED),
                        RuleSetRecord.first("1a2b3c", List.of(), AT, "standalone"));
    }

    @Test
    void ruleControlsOfVersionOne() throws IOException {
        assertThat(read("rule-controls.v1.jsonl", RuleControl.class))
                .containsExactly(
                        RuleControl.mute("greenhouse", "TooHot", Duration.ofMinutes(90), "anna", "the roof is open"),
                        new RuleControl(
                                "greenhouse",
                                "TooHot",
                                RuleControl.Kind.MUTE,
                                Optional.of(AT),
                                Optional.empty(),
                                "anna",
                                ""),
                        RuleControl.release("greenhouse", "TooHot", "anna", ""));
    }

    private static <T> List<T> read(String name, Class<T> type) throws IOException {
        try (InputStream in = KeyAndRuleSamplesTest.class.getResourceAsStream("samples/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> Json.read(line.getBytes(UTF_8), type))
                    .toList();
        }
    }
}
