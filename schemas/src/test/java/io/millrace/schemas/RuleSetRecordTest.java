package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.RuleSetRecord.File;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleSetRecordTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration WITHIN = Duration.ofMinutes(3);

    private static List<File> files(String text) {
        return List.of(new File("a.rules.yaml", text));
    }

    @Test
    void whatWasReplacedIsRememberedForAWhile() {
        RuleSetRecord second = RuleSetRecord.first("r1", files("one"), AT, "a")
                .followedBy("r2", files("two"), AT.plusSeconds(10), "b");
        assertThat(second.hasReplaced(files("one"), AT.plusSeconds(60), WITHIN)).isTrue();
        assertThat(second.hasReplaced(files("one"), AT.plusSeconds(190), WITHIN))
                .isFalse();
        assertThat(second.hasReplaced(files("three"), AT.plusSeconds(60), WITHIN))
                .isFalse();
    }

    @Test
    void whatIsPutBackInForceIsNoLongerReplaced() {
        RuleSetRecord back = RuleSetRecord.first("r1", files("one"), AT, "a")
                .followedBy("r2", files("two"), AT, "a")
                .followedBy("r1", files("one"), AT, "a");
        assertThat(back.hasReplaced(files("one"), AT, WITHIN)).isFalse();
        assertThat(back.hasReplaced(files("two"), AT, WITHIN)).isTrue();
    }

    @Test
    void onlySoManyAreRemembered() {
        RuleSetRecord set = RuleSetRecord.first("r", files("0"), AT, "a");
        for (int i = 1; i <= 20; i++) {
            set = set.followedBy("r", files("" + i), AT, "a");
        }
        assertThat(set.replaced()).hasSize(8);
        assertThat(set.hasReplaced(files("19"), AT, WITHIN)).isTrue();
    }

    @Test
    void namesAndTextsAreToldApart() {
        assertThat(RuleSetRecord.first("r", List.of(new File("ab", "c")), AT, "x")
                        .digest())
                .isNotEqualTo(RuleSetRecord.first("r", List.of(new File("a", "bc")), AT, "x")
                        .digest());
    }

    @Test
    void itIsReadAsItWasWritten() {
        RuleSetRecord set = RuleSetRecord.first("r1", files("ä"), AT, "a").followedBy("r2", files("b"), AT, "b");
        assertThat(Json.read(set.toRecord(new Topics("")).value(), RuleSetRecord.class))
                .isEqualTo(set);
    }
}
