package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReadingPayloadTest {
    private final ReadingPayload payload = new ReadingPayload();

    @Test
    void readingIsWrittenAsTheSeedFirmwareDoes() {
        assertThat(text(payload.begin(7, "esp32-custom-01")
                        .board(25_53, false, true)
                        .end()))
                .isEqualTo("{\"messageId\":7,\"deviceId\":\"esp32-custom-01\",\"temperature\":25.53,"
                        + "\"ledState\":false,\"fanState\":true}");
    }

    @Test
    void numbersHaveNoNeedlessDigits() {
        assertThat(text(payload.begin(1234567890, "d").board(31_00, true, false).end()))
                .contains("1234567890", "\"temperature\":31,");
        assertThat(text(payload.begin(1, "d").board(25_50, true, false).end())).contains("\"temperature\":25.5,");
        assertThat(text(payload.begin(1, "d").board(25_05, true, false).end())).contains("\"temperature\":25.05,");
        assertThat(text(payload.begin(1, "d").board(-7, true, false).end())).contains("\"temperature\":-0.07,");
    }

    @Test
    void longestDeviceIdFits() {
        assertThat(payload.begin(Integer.MAX_VALUE, "x".repeat(256))
                        .board(-273_15, false, false)
                        .end())
                .hasSizeGreaterThan(300);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
