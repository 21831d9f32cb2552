package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnwritableTest {
    private static JsonNode json(String text) {
        return Json.read(text.replace('`', '"').getBytes(UTF_8), JsonNode.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{`type`:`a\\u0000`}                     | type",
                "{`type`:`\\ud83d`}                      | type",
                "{`type`:`\\ude00\\ud83d`}               | type",
                "{`a`:1,`labels`:{`site`:`\\udc00`}}     | labels.site",
                "{`\\u0000`:1}                           | a field's name",
                "{`labels`:{`a\\u0000`:`b`}}             | labels",
                "{`ids`:[`a`,{`b`:[`c`,`\\ud800`]}]}     | ids[1].b[1]",
            })
    void theFieldIsNamed(String body, String field) {
        assertThat(Unwritable.in(json(body))).contains(field);
    }

    @Test
    void whatUtf8CanSayIsNoneOfIt() {
        assertThat(Unwritable.in(json("{`a`:[`\\ud83d\\ude00`,`ü`,``,1,null,true],`日本`:{`b`:`\uFFFD\uD83D\uDE00`}}")))
                .isEmpty();
    }
}
