package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnTimeTest {
    private static final Instant ARRIVED = Instant.parse("2026-11-23T10:00:00Z");
    private final OwnTime time = new OwnTime(Optional.of("ts"), Duration.ofMinutes(1), Duration.ofHours(24));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1795424400",
                "1795424400000",
                "1795424400.0",
                "\"2026-11-23T09:00:00Z\"",
                "\"2026-11-23T10:00:00+01:00\""
            })
    void aTimeIsTakenInWhateverFormBoardsGiveIt(String stated) {
        assertThat(of("{\"ts\":" + stated + "}")).isEqualTo(ARRIVED.minus(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12",
                "0",
                "-5",
                "1e300",
                "null",
                "true",
                "\"yesterday\"",
                "{}",
                "\"2026-11-22T09:59:59Z\"",
                "\"2026-11-23T10:02:00Z\"",
                "\"+1000000000-12-31T23:59:59Z\""
            })
    void whatCannotBeTrueIsNotBelieved(String stated) {
        assertThat(of("{\"ts\":" + stated + "}")).isEqualTo(ARRIVED);
    }

    @Test
    void aClockThatIsAheadALittleIsNotAheadOfTheArrival() {
        assertThat(of("{\"ts\":\"2026-11-23T10:00:30Z\"}")).isEqualTo(ARRIVED);
    }

    @Test
    void nobodyIsAskedUnlessAFieldIsNamed() {
        var none = new OwnTime(Optional.empty(), Duration.ofMinutes(1), Duration.ofHours(24));
        assertThat(none.of(json("{\"ts\":\"2026-11-23T09:00:00Z\"}"), ARRIVED)).isEqualTo(ARRIVED);
    }

    private Instant of(String reading) {
        return time.of(json(reading), ARRIVED);
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(UTF_8), JsonNode.class);
    }
}
