package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldValues;
import io.millrace.schemas.RejectReason;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingScannerTest {

    private final FieldTable fields = TestRules.of("""
            fields:
              temperature: {type: number, min: -40, max: 125}
              humidity: number
              door: string
              ledState: bool
              gps.lat: number
              tags: array
            rules:
              - alert: A
                expr: temperature > 1 && humidity > 1 && door == "open" && ledState && gps.lat > 1 && "x" in tags
            """).fields();
    private final ReadingScanner scanner = new ReadingScanner(fields, DeviceTime.NONE);

    private FieldValues scan(String json) {
        try {
            return scanner.scan(json.getBytes(UTF_8), 1).values();
        } catch (ReadingScanner.Poison e) {
            throw new AssertionError(e);
        }
    }

    private int slot(String name) {
        return fields.fields().stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow()
                .slot();
    }

    @Test
    void takesWhatRulesWantAndPassesOverTheRest() throws Exception {
        Reading reading = scanner.scan("""
                {"messageId":7, "x":{"temperature":[1,{"a":"\\u00e9\\n"}]}, "temperature":25.53, "ledState":false,
                 "door":"open", "gps":{"lat":52.5,"lon":13.4}, "tags":["x",1,true,null], "y":null}
                """.getBytes(UTF_8), 1);
        FieldValues values = reading.values();
        assertThat(reading.messageId()).isEqualTo(7);
        assertThat(values.value(slot("temperature"))).isEqualTo(25.53);
        assertThat(values.value(slot("ledState"))).isEqualTo(false);
        assertThat(values.value(slot("door"))).isEqualTo("open");
        assertThat(values.value(slot("gps.lat"))).isEqualTo(52.5);
        assertThat(values.value(slot("tags"))).isEqualTo(java.util.List.of("x", 1.0, true));
        assertThat(Long.bitCount(reading.carried()[0])).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"temperature\":null}",
                "{\"temperature\":-127}",
                "{\"temperature\":1e999}",
                "{\"temperature\":\"31\"}",
                "{\"temperature\":{}}",
                "{\"temperature\":[]}",
                "{\"temperature\":true}"
            })
    void whatIsNoGoodValueClearsTheField(String json) throws Exception {
        Reading reading = scanner.scan(json.getBytes(UTF_8), 1);
        assertThat(reading.carried()[0]).isEqualTo(1L << slot("temperature"));
        assertThat(reading.values().has(slot("temperature"))).isFalse();
    }

    @Test
    void namesAreFoundWhateverTheirEscapes() {
        assertThat(scan("{\"tempera\\u0074ure\":5}").value(slot("temperature"))).isEqualTo(5.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":nan}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":1e}",
                "{\"a\":+1}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1} x",
                "{\"a\":tru}",
                "{\"temperature\":-}",
                "{\"a\":[1,]}",
                "{\"a\":\"\t\"}",
                "hello"
            })
    void whatIsNoJsonIsPoison(String json) {
        assertThatThrownBy(() -> scanner.scan(json.getBytes(UTF_8), 1))
                .isInstanceOfSatisfying(ReadingScanner.Poison.class, poison -> assertThat(poison.reason())
                        .isEqualTo(RejectReason.NOT_JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"31", "[{\"a\":1}]", "\"x\"", "null"})
    void whatIsNoObjectIsPoison(String json) {
        assertThatThrownBy(() -> scanner.scan(json.getBytes(UTF_8), 1))
                .isInstanceOfSatisfying(ReadingScanner.Poison.class, poison -> assertThat(poison.reason())
                        .isEqualTo(RejectReason.NOT_OBJECT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"temperature\":", "{\"tags\":["})
    void nestingHasAnEnd(String opening) {
        assertThatThrownBy(() -> scanner.scan(("{\"x\":" + opening.repeat(100_000)).getBytes(UTF_8), 1))
                .isInstanceOf(ReadingScanner.Poison.class)
                .hasMessageContaining("deeper than 64");
    }

    @Test
    void numbersAreReadAsJavaReadsThem() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String text =
                    switch (i % 4) {
                        case 0 -> Double.toString((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(40) - 20));
                        case 1 -> Long.toString(random.nextLong());
                        case 2 -> (random.nextInt(2000) - 1000) + "." + random.nextInt(100_000_000);
                        default -> "0." + "0".repeat(random.nextInt(25)) + (random.nextInt(99) + 1);
                    };
            assertThat(scan("{\"humidity\":" + text + "}").value(slot("humidity")))
                    .isEqualTo(Double.parseDouble(text));
        }
    }

    @Test
    void agreesWithJacksonOnWhatIsJson() throws Exception {
        ObjectMapper jackson = new ObjectMapper()
                .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        String good =
                "{\"temperature\":-1.5e2,\"door\":\"o\\\\p\",\"tags\":[\"x\",{\"a\":[]},null],\"gps\":{\"lat\":1}}";
        Random random = new Random(2);
        String alphabet = "{}[]\",:0123456789.eE+-truefalsn\\u \n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int k = random.nextInt(3); k >= 0; k--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            boolean expected;
            try {
                expected = jackson.readTree(text.toString()).isObject();
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                expected = false;
            }
            boolean found;
            try {
                var unused = scanner.scan(text.toString().getBytes(UTF_8), 1);
                found = true;
            } catch (ReadingScanner.Poison e) {
                found = false;
            }
            assertThat(found).as(text.toString()).isEqualTo(expected);
        }
    }
}
