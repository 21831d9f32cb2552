package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.store.StateStore.Reported;
import io.millrace.schemas.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReportedMergeTest {
    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void objectsAreMergedHoweverDeepTheyStand() {
        Reported state = merge(
                merge(Reported.NOTHING, "{\"led\":{\"rgb\":{\"r\":1,\"g\":2},\"on\":true}}", 0),
                "{\"led\":{\"rgb\":{\"g\":3}}}",
                1);
        assertThat(state.values()).isEqualTo(json("{\"led\":{\"rgb\":{\"r\":1,\"g\":3},\"on\":true}}"));
        assertThat(state.times().get("led").asText()).isEqualTo(T.plusSeconds(1).toString());
    }

    @Test
    void nullTakesAFieldAway() {
        Reported state = merge(
                merge(Reported.NOTHING, "{\"a\":1,\"b\":{\"c\":1,\"d\":2}}", 0), "{\"a\":null,\"b\":{\"c\":null}}", 1);
        assertThat(state.values()).isEqualTo(json("{\"b\":{\"d\":2}}"));
        assertThat(state.times().has("a")).isFalse();
    }

    @Test
    void anArrayTakesThePlaceOfAnArray() {
        assertThat(merge(merge(Reported.NOTHING, "{\"a\":[1,2]}", 0), "{\"a\":[3]}", 1)
                        .values())
                .isEqualTo(json("{\"a\":[3]}"));
    }

    @Test
    void whatIsOlderThanTheLastReportChangesNothing() {
        Reported state = merge(Reported.NOTHING, "{\"a\":1}", 5);
        assertThat(merge(state, "{\"a\":0}", 4)).isEqualTo(state);
    }

    @Test
    void whoReportsWithoutEndLosesWhatWasReportedLongestAgo() {
        Reported state = Reported.NOTHING;
        for (int i = 0; i < 100; i++) {
            state = merge(state, "{\"field" + i + "\":\"" + "x".repeat(1000) + "\"}", i);
        }
        assertThat(state.values().toString()).hasSizeLessThanOrEqualTo(ReportedMerge.MOST_CHARACTERS);
        assertThat(state.values().has("field99")).isTrue();
        assertThat(state.values().has("field0")).isFalse();
        assertThat(state.times()).hasSameSizeAs(state.values());
    }

    private static Reported merge(Reported before, String report, int second) {
        return ReportedMerge.merge(before, json(report), T.plusSeconds(second));
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(UTF_8), JsonNode.class);
    }
}
