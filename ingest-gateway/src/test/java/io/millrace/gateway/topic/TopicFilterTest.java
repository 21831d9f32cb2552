package io.millrace.gateway.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    @ParameterizedTest
    @CsvSource({
        "devices/a/telemetry, devices/a/telemetry, true",
        "devices/a/telemetry, devices/b/telemetry, false",
        "devices/a/telemetry, devices/a/telemetryX, false",
        "devices/+/telemetry, devices/b/telemetry, true",
        "devices/+/telemetry, devices/b/c/telemetry, false",
        "devices/+/telemetry, devices//telemetry, true",
        "devices/#, devices/a/telemetry/env, true",
        "devices/#, devices, true",
        "devices/a/#, devices/a, true",
        "devices/a/#, devices/ab, false",
        "devices/+, devices/a/b, false",
        "devices/a/b, devices/a, false",
        "+/+, a/b, true",
        "+, a/b, false",
        "#, anything/at/all, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "devices/+/telemetry/#, devices/a/telemetry, true",
    })
    void matchesAsTheStandardSays(String filter, String topic, boolean expected) {
        assertThat(new TopicFilter(filter).matches(topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "a/b+", "+a", "#/a"})
    void wildcardsStandAlone(String filter) {
        assertThat(TopicFilter.isValid(filter)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "/", "a//b", "+/+/#", "devices/x/commands"})
    void theseAreFilters(String filter) {
        assertThat(TopicFilter.isValid(filter)).isTrue();
    }
}
