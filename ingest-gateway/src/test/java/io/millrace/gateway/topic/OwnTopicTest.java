package io.millrace.gateway.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnTopicTest {
    @ParameterizedTest
    @CsvSource({
        "devices/d1/telemetry, TELEMETRY",
        "devices/d1/telemetry/env, TELEMETRY_CHANNEL",
        "devices/d1/telemetry/env/air, TELEMETRY_CHANNEL",
        "devices/d1/telemetry/, FOREIGN",
        "devices/d1/telemetryX, FOREIGN",
        "devices/d1/state, STATE",
        "devices/d1/state/x, FOREIGN",
        "devices/d1/responses, RESPONSES",
        "devices/d1/commands, FOREIGN",
        "devices/d1/config, FOREIGN",
        "devices/d1, FOREIGN",
        "devices/d1/, FOREIGN",
        "devices/d2/telemetry, FOREIGN",
        "devices/d12/telemetry, FOREIGN",
        "devices/d/telemetry, FOREIGN",
        "Devices/d1/telemetry, FOREIGN",
        "other, FOREIGN",
    })
    void aDevicePublishesOnlyBelowItsOwnName(String topic, OwnTopic expected) {
        assertThat(OwnTopic.of(topic, "d1")).isEqualTo(expected);
    }

    @Test
    void theChannelIsTheRest() {
        assertThat(OwnTopic.channel("devices/d1/telemetry/env/air", "d1")).isEqualTo("env/air");
    }

    @Test
    void filtersInsideTheOwnTreeAreOwn() {
        assertThat(OwnTopic.isOwn("devices/d1/#", "d1")).isTrue();
        assertThat(OwnTopic.isOwn("devices/d1/+", "d1")).isTrue();
        assertThat(OwnTopic.isOwn("devices/+/commands", "d1")).isFalse();
        assertThat(OwnTopic.isOwn("devices/d1", "d1")).isFalse();
        assertThat(OwnTopic.isOwn("#", "d1")).isFalse();
    }
}
