package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.StateStore.Values;
import io.millrace.schemas.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StateFoldTest {
    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");
    private final StateFold fold = new StateFold();

    @Test
    void theLastValueOfEachFieldStaysWithItsTime() {
        fold.add("a", json("{\"x\":1,\"y\":2}"), T);
        fold.add("a", json("{\"x\":3,\"z\":null}"), T.plusSeconds(1));
        Values values = only();
        assertThat(json(values.values())).isEqualTo(json("{\"x\":3,\"y\":2,\"z\":null}"));
        assertThat(json(values.times()).get("y").asText()).isEqualTo(T.toString());
        assertThat(values.at()).isEqualTo(T.plusSeconds(1));
    }

    @Test
    void aReadingThatWasTakenEarlierFillsGapsOnly() {
        fold.add("a", json("{\"x\":1}"), T);
        fold.add("a", json("{\"x\":0,\"y\":0}"), T.minusSeconds(5));
        assertThat(json(only().values())).isEqualTo(json("{\"x\":1,\"y\":0}"));
        assertThat(only().at()).isEqualTo(T);
    }

    @Test
    void aDeviceThatMakesUpNamesHasRoomForSoMany() {
        for (int i = 0; i < 1000; i++) {
            fold.add("a", json("{\"random" + i + "\":1}"), T);
        }
        assertThat(json(only().values())).hasSize(250);
    }

    @Test
    void aLargeFieldDoesNotTakeThePlaceOfSmallOnes() {
        ObjectNode reading = Json.mapper()
                .createObjectNode()
                .put("blob", "x".repeat(100_000))
                .put("x", 1);
        fold.add("a", reading, T);
        assertThat(json(only().values())).isEqualTo(json("{\"x\":1}"));
    }

    private Values only() {
        assertThat(fold.values()).hasSize(1);
        return fold.values().iterator().next();
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(UTF_8), JsonNode.class);
    }
}
