package io.millrace.rules.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordedLineTest {

    private final RecordedLine line = new RecordedLine();

    private String read(String text) {
        byte[] bytes = ("xx" + text + "yy").getBytes(UTF_8);
        String wrong = line.read(bytes, 2, bytes.length - 2);
        return wrong != null
                ? wrong
                : new String(bytes, line.deviceFrom, line.deviceTo - line.deviceFrom, UTF_8) + " " + line.time + " "
                        + new String(bytes, line.valueFrom, line.valueTo - line.valueFrom, UTF_8);
    }

    @Test
    void keysStandInAnyOrderAmongOthers() {
        assertThat(read("{\"device\":\"a-1\",\"time\":12,\"value\":{\"t\":1}}")).isEqualTo("a-1 12 {\"t\":1}");
        assertThat(read(" { \"value\" : {\"x\":\"}\\\"\",\"y\":[{}]} , \"o\": [1,{\"time\":3}], \"time\" : 12 ,"
                        + "\"p\":null, \"device\" : \"a\" } "))
                .isEqualTo("a 12 {\"x\":\"}\\\"\",\"y\":[{}]}");
    }

    @Test
    void timesMayBeWritten() {
        assertThat(read("{\"device\":\"a\",\"time\":\"2026-11-22T11:00:00.5+01:00\",\"value\":{}}"))
                .isEqualTo("a " + Instant.parse("2026-11-22T10:00:00.500Z").toEpochMilli() + " {}");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(read("{\"time\":1,\"value\":{}}")).isEqualTo("no \"device\" that could be used");
        assertThat(read("{\"device\":\"a\",\"value\":{}}")).isEqualTo("no \"time\" that could be used");
        assertThat(read("{\"device\":\"a\",\"time\":\"noon\",\"value\":{}}"))
                .isEqualTo("no \"time\" that could be used");
        assertThat(read("{\"device\":\"a\",\"time\":1.5,\"value\":{}}")).isEqualTo("no \"time\" that could be used");
        assertThat(read("{\"device\":\"a\",\"time\":1,\"value\":3}")).isEqualTo("no \"value\" that could be used");
        assertThat(read("[1]")).startsWith("expected {\"device\"");
        assertThat(read("{\"device\":\"a\"")).isEqualTo("expected `}` at the end");
        assertThat(read("{\"device\":\"a")).isEqualTo("a value that does not end");
    }

    @Test
    void noGarbageLeadsBeyondTheLine() {
        Random random = new Random(7);
        String good = "{\"device\":\"a-1\",\"time\":12,\"value\":{\"t\":[1,\"x\"]}}";
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.getBytes(UTF_8);
            for (int k = 0; k < 3; k++) {
                bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:\\ 1a\u0000".charAt(random.nextInt(12));
            }
            int to = random.nextInt(bytes.length + 1);
            if (line.read(bytes, 0, to) == null) {
                assertThat(line.valueTo).isLessThanOrEqualTo(to);
                assertThat(line.deviceTo).isLessThanOrEqualTo(to);
            }
        }
    }
}
