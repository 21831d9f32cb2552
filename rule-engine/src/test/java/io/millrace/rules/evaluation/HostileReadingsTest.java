package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.rules.model.Action;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever devices, and whoever else can write to Kafka, send: it is judged, and the next reading is evaluated as ever. */
class HostileReadingsTest {

    private static final long SEED = 20261123;
    private static final int PAYLOADS = 15_000;

    /** Every function that takes what a device sends. */
    private static final String RULES = """
            rules:
              - record: both
                expr: text + text
              - alert: Numbers
                expr: x / y > 1 || x % y == 1 || math.sqrt(x) > 3 || int(x) == 3 || fixed(x, 2) == "1.00" || math.round(x) == 2
                annotations: {summary: "${x} ${x / y} ${fixed(x, 15)} ${int(x)}"}
              - alert: Texts
                expr: text.matches("(a+)+$") || both.contains("b") || text.trim().lowerAscii() < "c" || double(text) > 1
                on_firing:
                  - send: {text: "${text}", list: "${list}", more: "${text + text} ${x}"}
                  - publish: device-events
                    value: "${text}"
                annotations: {summary: "${text} ${string(x)} ${list}", half: "${text}"}
              - alert: Versions
                expr: semver(text).isGreaterThan(semver("1.2.3")) || semver(text) == semver(both)
              - alert: Lists
                expr: x in list || text in list || size(list) > 3 || size(text) > 1000 || "x" in device.tags
              - alert: Memories
                expr: avg_over_time(x, "5m") > 1 || stddev_over_time(x, "1h") > 1 || rate(x, "1m") > 1 || deriv(x, "1m") > 1 || changes(text, "1h") > 1 || quantile_over_last(0.9, x, 10) > 5
              - alert: Pasts
                expr: changed(text) || prev(x) > x || since(x > 1) < 5 || held(y < 1) > 5 || age(x) > 3 || prev(text) == text
                for_samples: 2
                annotations: {summary: "${prev(text)} ${msg.gps.lat}"}
              - alert: Hot
                expr: temperature > 30
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
            """;

    private static final List<String> GOOD = List.of(
            "{\"x\":1.5,\"y\":-0,\"text\":\"ab\",\"list\":[1,\"x\",true,[2]],\"gps\":{\"lat\":52.5},\"temperature\":20,\"ts\":1795341600000}",
            "{\"messageId\":12345678901234567890,\"x\":1e400,\"y\":1e-400,\"text\":\"\\ud83d\\ude00\\\\\",\"ts\":\"2026-11-22T10:00:00Z\"}",
            "{\"text\":\"1.2.3-rc.1+b\",\"x\":0.1,\"x\":\"twice\",\"list\":{},\"gps\":[null],\"temperature\":null,\"ts\":-1e300}");
    private static final List<String> WORDS = List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "null",
            "1e400",
            "-1e400",
            "1e-400",
            "-0",
            "-0.0",
            "12345678901234567890",
            "0x1F",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"+1000000000-12-31T23:59:59Z\"",
            "\"999999999999999999.0.0\"",
            "\"\\u0000\"",
            "[[[[]]]]",
            "{\"a\":{}}",
            "\"é€😀\"",
            "1.7976931348623157e308",
            "4.9e-324",
            "true",
            "\"1e999\"",
            "\"0\"");

    private final Random random = new Random(SEED);
    private final Partition p =
            new Partition(TestRules.of(RULES), new DeviceTime("ts", Duration.ofMinutes(1), Duration.ofHours(24)));
    private final DeviceStateCodec codec = new DeviceStateCodec();

    @Test
    void noBytesStopTheEngineAndWhatIsJsonIsWhatJacksonTakesForJson() throws Exception {
        ObjectMapper jackson = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        int taken = 0;
        for (int i = 0; i < PAYLOADS; i++) {
            byte[] payload = payload();
            boolean good = takes(i, payload);
            taken += good ? 1 : 0;
            Optional<String> text = utf8(payload);
            if (text.isPresent()) {
                assertThat(good)
                        .as("seed %d, payload %d: %s", SEED, i, text.get())
                        .isEqualTo(isObject(jackson, text.get()));
            }
            if (i % 100 == 0) {
                survives();
            }
        }
        assertThat(taken).as("payloads that were JSON after all").isBetween(PAYLOADS / 10, PAYLOADS * 9 / 10);
        p.sent();
        p.send(PAYLOADS + 3600, "{\"temperature\":20}").send(PAYLOADS + 3700, "{\"temperature\":31}");
        assertThat(p.sent()).contains("FAN_ON");
    }

    private boolean takes(int i, byte[] payload) {
        String device = "esp32-" + i % 3;
        try {
            var unused = p.engine.telemetry(device.getBytes(UTF_8), payload, 0, i, Partition.at(i));
            return true;
        } catch (ReadingScanner.Poison e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError("seed %d, payload %d: %s".formatted(SEED, i, new String(payload, UTF_8)), e);
        }
    }

    /** What is emitted can be written, what is remembered can be written and read. */
    private void survives() {
        for (Emission emission : p.emissions) {
            if (emission instanceof Emission.Alert alert) {
                assertThat(Json.write(alert.event())).isNotEmpty();
            }
        }
        for (DeviceState device : p.devices.all()) {
            device.outbox().addAll(p.emissions);
            byte[] record = codec.write(device, p.engine.rules());
            assertThat(codec.read(device.id(), device.key(), record).outbox()).hasSameSizeAs(p.emissions);
            device.clearOutbox();
        }
        p.emissions.clear();
        p.alerts.clear();
    }

    private byte[] payload() {
        String good = GOOD.get(random.nextInt(GOOD.size()));
        StringBuilder text = new StringBuilder(good);
        for (int k = random.nextInt(4); k > 0; k--) {
            int colon = text.indexOf(":", random.nextInt(text.length()));
            int comma = text.indexOf(",", Math.max(0, colon));
            if (colon >= 0 && comma >= 0) {
                text.replace(colon + 1, comma, WORDS.get(random.nextInt(WORDS.size())));
            }
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        for (int k = random.nextInt(3); k > 0; k--) {
            int at = random.nextInt(bytes.length);
            if (random.nextInt(3) > 0) {
                bytes[at] = (byte) "{}[]\",:0123456789.eE+-truefalsn\\u \n".charAt(random.nextInt(35));
            } else if (random.nextInt(3) > 0) {
                bytes[at] = (byte) random.nextInt(256);
            } else {
                bytes = without(bytes, at, random.nextInt(8));
            }
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(bytes, 0, at);
        int from = Math.min(bytes.length, at + count);
        rest.write(bytes, from, bytes.length - from);
        return rest.size() == 0 ? new byte[] {'{'} : rest.toByteArray();
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isObject(ObjectMapper jackson, String text) {
        try {
            return jackson.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Test
    void halfACharacterIsReplacedBeforeAnybodyHasToWriteIt() {
        p.send(0, "{\"text\":\"a\\ud800b\",\"x\":1,\"list\":[1,\"x\",[true]]}");
        AlertEvent texts = p.alerts.stream()
                .filter(alert -> "Texts".equals(alert.labels().get("alertname")))
                .findFirst()
                .orElseThrow();
        assertThat(texts.annotations())
                .containsEntry("summary", "a\uFFFDb 1 [1, x, [true]]")
                .containsEntry("half", "a\uFFFDb");
        survives();
    }

    @Test
    void aTimeBeyondAllTimesIsNone() {
        p.send(0, "{\"ts\":\"+1000000000-12-31T23:59:59Z\",\"temperature\":31}");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void whatIsTooLongToBeRememberedIsMissing() {
        Partition small = new Partition("""
                rules:
                  - alert: Text
                    expr: present(text)
                  - alert: List
                    expr: present(list) && 1 in list
                    resolve_expr: "!present(list)"
                """);
        String longest = "b".repeat(16_384);
        small.send(0, "{\"text\":\"" + longest + "\",\"list\":[1]}");
        assertThat(small.told()).containsExactly("firing Text 0", "firing List 0");
        StringBuilder list = new StringBuilder("{\"text\":\"" + longest + "b\",\"list\":[1");
        for (int i = 1; i < 100_000; i++) {
            list.append(',').append(i);
        }
        small.send(60, list.append("]}").toString());
        assertThat(small.told()).containsExactly("resolved Text 60", "resolved List 60");
        small.send(120, "{\"text\":\"b\",\"list\":[2,1]}");
        assertThat(small.told()).containsExactly("firing Text 120", "firing List 120");
    }

    @Test
    void aTextThatDoublesItselfEndsSomewhere() {
        StringBuilder vars = new StringBuilder("t0: text");
        for (int i = 1; i <= 10; i++) {
            vars.append(", t")
                    .append(i)
                    .append(": t")
                    .append(i - 1)
                    .append(" + t")
                    .append(i - 1);
        }
        Partition doubling = new Partition("rules: [{alert: Long, vars: {" + vars + "}, expr: size(t10) > 3}]");
        doubling.send(0, "{\"text\":\"" + "b".repeat(100) + "\"}");
        assertThat(doubling.phase("Long")).as("102,400 characters").isEqualTo(Phase.INACTIVE);
        doubling.send(10, "{\"text\":\"" + "b".repeat(10) + "\"}");
        assertThat(doubling.phase("Long")).as("10,240 characters").isEqualTo(Phase.FIRING);
    }

    @Test
    void whatGrowsTooLongOnItsWayOutIsRefusedAndCounted() {
        String sixTimes = "${text}".repeat(6);
        Partition growing = new Partition("""
                rules:
                  - rule: list
                    expr: present(text)
                    on_firing:
                      - send: {a: "%1$s", b: "%1$s", c: "%1$s"}
                      - send: "%1$s"
                      - send: FAN_ON
                """.formatted(sixTimes));
        growing.send(0, "{\"text\":\"" + "\\u0001".repeat(10_000) + "\"}");
        assertThat(growing.sent())
                .as("360,000 bytes of JSON, but 60,000 of text")
                .hasSize(2)
                .contains("FAN_ON");
        assertThat(growing.count("list", Action.Kind.SEND, Outcome.REFUSED)).isEqualTo(1);
        Partition longer = new Partition(growing.engine.rules().set());
        longer.send(0, "{\"text\":\"" + "b".repeat(11_000) + "\"}");
        assertThat(longer.sent()).containsExactly("FAN_ON");
        assertThat(longer.count("list", Action.Kind.SEND, Outcome.TEMPLATE_MISSING))
                .isEqualTo(2);
    }

    @Test
    void aDeviceWithEverythingInTheRegistryIsKeptWithinBounds() {
        Map<String, Object> attributes = new java.util.HashMap<>();
        Map<String, String> labels = new java.util.HashMap<>();
        for (int i = 0; i < 40_000; i++) {
            attributes.put("a" + i, (double) i);
            labels.put("l" + i, "x");
        }
        List<Object> tags = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            tags.add("x" + i);
        }
        attributes.put("tags", List.copyOf(tags));
        attributes.put("n".repeat(70_000), "x");
        p.register("esp32-01", 0, labels, attributes).send(1, "{\"text\":\"y\",\"temperature\":31}");
        assertThat(p.sent()).contains("FAN_ON");
        p.devices.all().forEach(device -> {
            byte[] record = codec.write(device, p.engine.rules());
            assertThat(record.length).isLessThan(1_000_000);
            assertThat(codec.read(device.id(), device.key(), record).attributes())
                    .isEqualTo(device.attributes());
        });
    }
}
