package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorableNumbersTest {
    @Test
    void whatSensorsMeasureIsLeftAlone() {
        for (String json : List.of(
                "{\"t\":21.5}",
                "{\"t\":-6.02e23}",
                "{\"t\":1.6E-19}",
                "{\"mode\":\"phase100\"}",
                "{\"e\":1000}",
                "{\"t\":1e+99}",
                "{\"id\":1234567890123456789}")) {
            assertThat(StorableNumbers.areIn(json.getBytes(UTF_8))).as(json).isFalse();
        }
    }

    @Test
    void hugeNumbersBecomeTextsAndTinyOnesZero() {
        assertThat(stored("{\"a\":1e131000}")).isEqualTo("{\"a\":\"Infinity\"}");
        assertThat(stored("{\"a\":-1.7E+308,\"b\":[1,{\"c\":2e-16000}]}"))
                .isEqualTo("{\"a\":\"-1.7E308\",\"b\":[1,{\"c\":0.0}]}");
        assertThat(stored("{\"a\":" + "9".repeat(900) + "e99}")).isEqualTo("{\"a\":\"Infinity\"}");
    }

    @Test
    void theOthersBesideThemStay() {
        assertThat(stored("{\"a\":1e-100,\"b\":-21.25,\"c\":0,\"d\":null,\"e\":\"1e999\",\"f\":true}"))
                .isEqualTo("{\"a\":1.0E-100,\"b\":-21.25,\"c\":0,\"d\":null,\"e\":\"1e999\",\"f\":true}");
    }

    private static String stored(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        assertThat(StorableNumbers.areIn(bytes)).as(json).isTrue();
        return StorableNumbers.in(Json.read(bytes, JsonNode.class)).toString();
    }
}
