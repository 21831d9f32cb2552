package io.millrace.commands.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveEventTest {
    private static ConsumerRecord<byte[], byte[]> reading(String json) {
        return new ConsumerRecord<>(
                "telemetry",
                0,
                7,
                1_795_430_000_000L,
                TimestampType.CREATE_TIME,
                3,
                json.length(),
                "dev".getBytes(UTF_8),
                json.getBytes(UTF_8),
                new RecordHeaders(),
                java.util.Optional.empty());
    }

    private static String frame(String json) {
        return LiveEvent.of(LiveEvent.Type.TELEMETRY, reading(json))
                .orElseThrow()
                .frame()
                .toString();
    }

    @Test
    void aReadingIsToldInItsDevicesOwnWordsOnOneLine() {
        assertThat(frame("{\r\n \"t\": 1e999,\n\"id\":12345678901234567890.10, \"half\":\"\\ud800\", \"n\":\"a\\nb\"}"))
                .isEqualTo(
                        "event: telemetry\ndata: {\"deviceId\":\"dev\",\"time\":\"2026-11-23T10:33:20Z\",\"values\":{   \"t\": 1e999,"
                                + " \"id\":12345678901234567890.10, \"half\":\"\\ud800\", \"n\":\"a\\nb\"}}\n\n");
    }

    /** Somebody else wrote it to the topic. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{}}", "{}\n\nevent: alert\ndata: {}", "hot", "{\"a\":\"b\nc\"}"})
    void whatIsNoJsonIsNotTold(String text) {
        assertThatThrownBy(() -> frame(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
