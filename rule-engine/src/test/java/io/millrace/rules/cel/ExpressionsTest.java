package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldType;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Occasion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpressionsTest {

    private static void holds(String text, Map<String, ?> message) {
        assertThat(Workbench.open().test(text, message)).as(text).isEqualTo(1);
    }

    @Test
    void everyNumberIsADouble() {
        holds("x == 31", Map.of("x", 31.0));
        holds("x in [1, 2]", Map.of("x", 2));
        holds("x % 10 == 0", Map.of("x", 20));
        holds("-7 % 3 == -1", Map.of());
        holds("7 / 2 == 3.5", Map.of());
        holds("int(7.9) == 7 && int(-7.9) == -7", Map.of());
        holds("now.getHours(\"Europe/Berlin\") >= 9 && now.getHours() == 8", Map.of());
        holds("now.getDayOfWeek() == 5 && now.getMonth() == 0 && now.getDate() == 15", Map.of());
        holds("size(t) == 2 && t.size() > 1", Map.of("t", "ab"));
        holds("5u + 1 == 6", Map.of());
        holds("now > timestamp(\"2026-11-22T00:00:00Z\")", Map.of());
    }

    @Test
    void functionsOfNumbers() {
        holds("math.least(x, 3, 2) == 2 && math.greatest(x, 3) == 5", Map.of("x", 5));
        holds("math.abs(-2) == 2 && math.ceil(1.2) == 2 && math.floor(-1.2) == -2", Map.of());
        holds("math.round(2.5) == 3 && math.round(-2.5) == -3 && math.trunc(-2.5) == -2", Map.of());
        holds("math.sign(-3) == -1 && math.sqrt(9) == 3", Map.of());
        holds("double(\"2.5\") == 2.5 && int(\"7\") == 7", Map.of());
        holds("fixed(0.15, 1) == \"0.2\" && fixed(-0.04, 1) == \"0.0\" && fixed(x, 2) == \"31.00\"", Map.of("x", 31));
    }

    @Test
    void functionsOfTexts() {
        Map<String, String> message = Map.of("t", "Grüße 😀");
        holds("t.startsWith(\"Gr\") && t.endsWith(\"😀\") && t.contains(\"üß\") && t.size() == 7", message);
        holds("t.matches(\"^Gr.+\") && matches(t, \"e\") && !t.matches(\"^e\")", message);
        holds("t.lowerAscii() == \"grüße 😀\" && t.upperAscii() == \"GRüßE 😀\" && \" a \".trim() == \"a\"", message);
        holds("\"a\" < \"b\" && \"a\" <= \"a\" && \"😀\" > \"\uff00\" && \"a\" + \"b\" == \"ab\"", message);
        holds("string(1.5) + string(true) + string(2.0) == \"1.5true2\"", message);
        holds("t in [\"x\", \"Grüße 😀\"]", message);
    }

    @Test
    void namesOfEveryKind() {
        Workbench bench = Workbench.open()
                .with(new DeviceAttributes(
                        Map.of("site", "berlin", "odd-name", "x"),
                        Map.of("maxTemp", 8.0, "vip", true, "tags", List.of("a"))));
        Map<String, ?> message =
                Map.of("gps.lat", 52.5, "msg[\"odd name\"]", 1, "msg[\"in\"]", 2, "list", List.of(1.0, "x"));
        for (String text : List.of(
                "gps.lat > 52",
                "gps[\"lat\"] > 52",
                "msg.gps.lat > 52",
                "msg[\"odd name\"] == 1",
                "msg[\"in\"] == 2",
                "device.id == \"esp32-01\"",
                "device.labels.site == \"berlin\"",
                "device.labels[\"odd-name\"] == \"x\"",
                "device.maxTemp < 9 && device.vip && !present(device.other)",
                "coalesce(device.maxTemp, 5) == 8",
                "1 in list && \"x\" in list && !(2 in list) && size(list) == 2",
                "present(list) && !present(nothing)",
                "\"a\" in device.tags")) {
            assertThat(bench.test(text, message)).as(text).isEqualTo(1);
        }
    }

    @Test
    void theTypeOfAnUndeclaredFieldComesFromItsSurestUse() {
        FieldTypes types = new FieldTypes();
        types.learn("temperature > 30");
        types.learn("temperature == \"hot\"");
        types.learn("!ledState && ledState == 1");
        types.learn("door == \"open\"");
        types.learn("x == 1");
        types.learn("x == \"a\"");
        types.learn("lonely");
        assertThat(types.kind(List.of("temperature"))).isEqualTo(Kind.NUMBER);
        assertThat(types.kind(List.of("ledState"))).isEqualTo(Kind.BOOL);
        assertThat(types.kind(List.of("door"))).isEqualTo(Kind.TEXT);
        assertThat(types.kind(List.of("x"))).isEqualTo(Kind.ANY);
        assertThat(types.kind(List.of("lonely"))).isEqualTo(Kind.ANY);
    }

    @Test
    void aConditionKnowsWhatItReads() {
        Workbench bench = Workbench.open();
        Condition first = bench.condition("a > 1 && !b");
        Condition second = bench.condition("c > 1 || device.labels.x == \"y\"");
        Condition third = bench.condition("now.getHours() > 8 && a > 2");
        assertThat(first.inputs().fields().toArray()).containsExactly(0, 1);
        assertThat(second.inputs().fields().toArray()).containsExactly(2);
        assertThat(third.inputs().fields().toArray()).containsExactly(0);
        assertThat(first.inputs().fields().intersects(new long[] {0b010})).isTrue();
        assertThat(second.inputs().fields().intersects(new long[] {0b011})).isFalse();
        assertThat(first.inputs().device()).isFalse();
        assertThat(second.inputs().device()).isTrue();
        assertThat(third.inputs().time()).isTrue();
    }

    @Test
    void theDecisiveValueIsTheLeftSideOfTheComparisonThatIsTrue() {
        Workbench bench = Workbench.open();
        Condition condition = bench.condition("temperature > 40 || humidity + 1 > 80");
        assertThat(condition.value().value(bench.frame(Map.of("temperature", 41, "humidity", 90))))
                .isEqualTo(41.0);
        assertThat(condition.value().value(bench.frame(Map.of("temperature", 20, "humidity", 90))))
                .isEqualTo(91.0);
        assertThat(condition.value().value(bench.frame(Map.of("temperature", 20, "humidity", 9))))
                .isEqualTo(20.0);
    }

    @Test
    void templatesWriteValuesAndAreCancelledByMissingOnes() {
        Workbench bench =
                Workbench.declaring(Map.of("t", FieldType.NUMBER, "led", FieldType.BOOL, "s", FieldType.STRING));
        Map<String, ?> message = Map.of("t", 31, "led", true, "s", "}{");
        assertThat(bench.render("${t} ${t + 0.5} ${led} ${s} ${device.id}", message))
                .hasValue("31 31.5 true }{ esp32-01");
        assertThat(bench.render("$${t} costs $5 ${s + \"}\"}", message)).hasValue("${t} costs $5 }{}");
        assertThat(bench.render("a ${t}", Map.of())).isEmpty();
        assertThat(bench.render("", Map.of())).hasValue("");
        assertThat(bench.render("${fixed(0.1 + 0.2, 3)} ${0.1 + 0.2} ${1e21} ${1e-7} ${100000000.0}", Map.of()))
                .hasValue("0.300 0.30000000000000004 1E21 1E-7 100000000");
    }

    @Test
    void templatesKnowTheOccasion() {
        Workbench bench = Workbench.open();
        String text = "${rule.name} ${value} ${startsAt} ${duration} ${lastSeen} ${level}";
        var template = bench.template(text);
        Frame frame = bench.frame(Map.of());
        Occasion occasion = new Occasion(
                "fan",
                "abc",
                Optional.of(31.0),
                Optional.of("warning"),
                Optional.of(Instant.parse("2026-11-22T10:00:00Z")),
                Optional.of(Duration.ofMinutes(90)),
                Optional.of(Instant.parse("2026-11-22T09:59:00Z")));
        assertThat(template.render(frame)).isEmpty();
        frame.occasion(occasion);
        assertThat(template.render(frame)).hasValue("fan 31 2026-11-22T10:00:00Z 1h30m 2026-11-22T09:59:00Z warning");
        assertThat(bench.problem("startsAt > ").code()).isEqualTo("E205");
    }

    @Test
    void testingAllocatesNothing() {
        Workbench bench = Workbench.open();
        Condition condition = bench.condition(
                "(temperature - 3) * 2 > 30 && !led && door == \"open\" || x in [1, 2, 3] && gps.lat != y"
                        + " && (led ? x : y) < math.least(x, 5) && coalesce(z, 3) > 2 && device.labels.a == \"b\" && present(x)");
        Frame frame =
                bench.frame(Map.of("temperature", 50, "led", false, "door", "shut", "x", 3, "y", 2, "gps.lat", 4));
        int sum = 0;
        for (int i = 0; i < 200_000; i++) {
            sum += condition.test(frame);
        }
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < 100_000; i++) {
            sum += condition.test(frame);
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(sum).isPositive();
        assertThat(allocated).isLessThan(20_000);
    }

    @Test
    void thousandsOfTermsAreRefusedBeforeTheyOverflowAnything() {
        assertThat(Workbench.open().problem("a" + " + a".repeat(5_000) + " > 1").code())
                .isEqualTo("E208");
        assertThat(Workbench.open()
                        .problem("(".repeat(5_000) + "a" + ")".repeat(5_000))
                        .code())
                .isIn("E208", "E205");
        assertThat(Workbench.open().problem("a" + " && a".repeat(6_000)).code()).isEqualTo("E208");
    }
}
