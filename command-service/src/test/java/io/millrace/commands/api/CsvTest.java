package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    @Test
    void cellsThatNeedItAreQuoted() {
        assertThat(Csv.line(List.of("a", "b,c", "say \"hi\"", "two\r\nlines", "")))
                .isEqualTo("a,\"b,c\",\"say \"\"hi\"\"\",\"two\r\nlines\",\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"})
    void aTextThatWouldBeAFormulaIsNone(String text) {
        assertThat(Csv.text(text)).isEqualTo("'" + text);
    }

    @Test
    void valuesStandAsTheyAre() {
        JsonNode json = Json.read(
                "{\"n\":-5.5,\"b\":true,\"t\":\"on\",\"o\":{\"x\":1},\"a\":[1,2],\"z\":null}".getBytes(UTF_8),
                JsonNode.class);
        assertThat(List.of("n", "b", "t", "o", "a", "z", "none").stream()
                        .map(json::path)
                        .map(Csv::cell))
                .containsExactly("-5.5", "true", "on", "{\"x\":1}", "[1,2]", "", "");
    }
}
