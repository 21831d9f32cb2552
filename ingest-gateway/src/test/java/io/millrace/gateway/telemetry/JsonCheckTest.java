package io.millrace.gateway.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.gateway.telemetry.JsonCheck.Verdict;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCheckTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    private final JsonCheck check = new JsonCheck();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"temperature\":31}",
                " {\"a\" : [1, -2.5e+3, 0, true, false, null, \"\\u00e9\\n\\\"\"] }\n",
                "{\"messageId\":7, \"deviceId\":\"esp32-custom-01\", \"temperature\":25.53, \"ledState\":false}",
                "{\"ß\":\"€ 😀\"}",
                "{\"a\":{\"b\":{\"c\":[[[]]]}}}",
            })
    void objectsAreTaken(String json) {
        assertThat(check.check(json.getBytes(UTF_8))).isEqualTo(Verdict.OBJECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{]",
                "[}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":NaN}",
                "{\"a\":tru}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":1} x",
                "{\"a\":1}{\"b\":2}",
                "[{},]",
                "[{}",
                "{\"a\":1e}",
                "temperature=31",
                "{\"a\":\"",
                "{\"a\":-}",
                "\uFEFF{}",
            })
    void brokenTextIsNotJson(String text) {
        assertThat(check.check(text.getBytes(UTF_8))).isEqualTo(Verdict.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"text\"", "null", "true", "[1]", "[{},2]", "[[]]", "-0.5"})
    void otherJsonIsTold(String json) {
        assertThat(check.check(json.getBytes(UTF_8))).isEqualTo(Verdict.OTHER);
    }

    @Test
    void anArrayOfObjectsGivesEachAsItStands() {
        assertThat(check.check(" [ {\"a\" :1} ,{\"b\":[{}]},\n{} ] ".getBytes(UTF_8)))
                .isEqualTo(Verdict.OBJECTS);
        assertThat(IntStream.range(0, check.objects()).mapToObj(i -> new String(check.object(i), UTF_8)))
                .containsExactly("{\"a\" :1}", "{\"b\":[{}]}", "{}");
    }

    @Test
    void anEmptyArrayHasNoObjects() {
        assertThat(check.check("[ ]".getBytes(UTF_8))).isEqualTo(Verdict.OBJECTS);
        assertThat(check.objects()).isZero();
    }

    @Test
    void badUtf8IsNotJson() {
        for (int[] bytes : new int[][] {
            {0xc0, 0x80}, {0xc3}, {0xed, 0xa0, 0x80}, {0xf4, 0x90, 0x80, 0x80}, {0x80}, {0xe2, 0x82}, {0xff}
        }) {
            byte[] json = "{\"a\":\"    \"}".getBytes(UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                json[6 + i] = (byte) bytes[i];
            }
            assertThat(check.check(json)).isEqualTo(Verdict.NOT_JSON);
        }
    }

    @Test
    void nestingHasAnEnd() {
        assertThat(check.check(("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}").getBytes(UTF_8)))
                .isEqualTo(Verdict.OBJECT);
        assertThat(check.check(("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}").getBytes(UTF_8)))
                .isEqualTo(Verdict.NOT_JSON);
    }

    @Test
    void agreesWithJacksonOnMutatedTexts() {
        Random random = new Random(7);
        byte[] seed = "[{\"a\":[1,-2.5e3,true],\"b\\u0041\":\"x\\n€\"},{\"c\":null}]".getBytes(UTF_8);
        byte[] alphabet = "{}[]\",:0123456789.eE+-\\utrfalsn \n\u0001".getBytes(UTF_8);
        for (int round = 0; round < 50_000; round++) {
            byte[] json = seed.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                json[random.nextInt(json.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            assertThat(check.check(json) == Verdict.NOT_JSON)
                    .as(new String(json, UTF_8))
                    .isEqualTo(!isJson(json));
        }
    }

    @Test
    void objectsOnLinesOfTheirOwnAreFoundWithTheirBounds() {
        assertThat(check.checkLines("\n{\"a\" :1} \r\n\n {\"b\":[{}]}\n{}".getBytes(UTF_8)))
                .isEqualTo(Verdict.OBJECTS);
        assertThat(check.objects()).isEqualTo(3);
        assertThat(check.object(0)).asString(UTF_8).isEqualTo("{\"a\" :1}");
        assertThat(check.object(1)).asString(UTF_8).isEqualTo("{\"b\":[{}]}");
        assertThat(check.object(2)).asString(UTF_8).isEqualTo("{}");
    }

    @Test
    void aLineThatIsNoObjectIsSaidWithItsPlace() {
        assertThat(check.checkLines("{}\n[{}]\n".getBytes(UTF_8))).isEqualTo(Verdict.OTHER);
        assertThat(check.brokenAt()).isEqualTo(3);
        assertThat(check.checkLines("{}\n{]\n".getBytes(UTF_8))).isEqualTo(Verdict.NOT_JSON);
        assertThat(check.brokenAt()).isEqualTo(4);
        assertThat(check.checkLines("{} {}".getBytes(UTF_8))).isEqualTo(Verdict.NOT_JSON);
        assertThat(check.brokenAt()).isEqualTo(3);
        assertThat(check.checkLines(" \n".getBytes(UTF_8))).isEqualTo(Verdict.NOT_JSON);
    }

    private static boolean isJson(byte[] json) {
        try (JsonParser parser = JACKSON.createParser(json)) {
            JsonToken token = parser.nextToken();
            int depth = 0;
            do {
                if (token == null) {
                    return false;
                }
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    parser.getText();
                } else if (token.isNumeric()) {
                    parser.getNumberValue();
                }
                token = depth == 0 ? null : parser.nextToken();
            } while (depth > 0);
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
