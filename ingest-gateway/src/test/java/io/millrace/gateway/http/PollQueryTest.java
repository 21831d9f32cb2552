package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollQueryTest {
    @Test
    void whoSaysNothingDoesNotWaitAndWillAcknowledge() {
        assertThat(PollQuery.of(null, null)).isEqualTo(new PollQuery(Duration.ZERO, Optional.empty(), 1, false));
        assertThat(PollQuery.of("ack=", "*/*")).isEqualTo(new PollQuery(Duration.ZERO, Optional.empty(), 1, false));
    }

    @Test
    void allCanBeSaid() {
        assertThat(PollQuery.of("wait=60&ack=a%3Ab&qos=0", "text/plain"))
                .isEqualTo(new PollQuery(Duration.ofSeconds(60), Optional.of("a:b"), 0, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=61|wait: 61 (expected 0 to 60 seconds)",
                "wait=-1|wait: -1 (expected 0 to 60 seconds)",
                "wait=soon|wait: soon (expected 0 to 60 seconds)",
                "wait=|wait:  (expected 0 to 60 seconds)",
                "qos=2|qos: 2 (expected 0 to 1)"
            })
    void anythingElseIsSaidWithItsNameAndValue(String query, String said) {
        assertThatThrownBy(() -> PollQuery.of(query, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(said);
    }

    @Test
    void whatCannotBeDecodedOrIsNoIdIsRefused() {
        assertThatThrownBy(() -> PollQuery.of("ack=%zz", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PollQuery.of("ack=" + "x".repeat(65), null))
                .hasMessage("ack: 65 characters (expected a command's id, at most 64)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain|true",
                "application/octet-stream|true",
                "text/html, text/plain;q=0.8, */*|true",
                "application/json, text/plain|false",
                "application/json|false",
                "image/png|false"
            })
    void aTinyBoardMayAskForThePayloadAlone(String accept, boolean raw) {
        assertThat(PollQuery.of(null, accept).raw()).isEqualTo(raw);
    }
}
