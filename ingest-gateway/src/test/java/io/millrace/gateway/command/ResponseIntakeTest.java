package io.millrace.gateway.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.CommandEvent.Responded;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseIntakeTest {
    private static Responded read(String json) {
        return ResponseIntake.read(new DeviceId("d"), json.getBytes(UTF_8), Instant.EPOCH);
    }

    @Test
    void aResponseNamesItsCommandAndMaySayMore() {
        Responded response = read("{\"commandId\":\"c1\",\"status\":\"failed\",\"detail\":{\"code\":7}}");
        assertThat(response.commandId()).contains("c1");
        assertThat(response.status()).isEqualTo(CommandStatus.FAILED);
        assertThat(response.detail().orElseThrow().path("code").asInt()).isEqualTo(7);
    }

    @Test
    void withoutIdItIsForTheLastCommand() {
        assertThat(read("{\"status\":\"succeeded\"}").commandId()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OK", "ok\n", "Done: valve open", "true", "\"ok\"", "SUCCESS"})
    void aWordIsAnAnswerToo(String text) {
        assertThat(read(text).status()).isEqualTo(CommandStatus.SUCCEEDED);
        assertThat(read(text).commandId()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERR 7", "error", "failed: too hot", "false", "NOK"})
    void aWordMaySayThatItFailed(String text) {
        assertThat(read(text).status()).isEqualTo(CommandStatus.FAILED);
    }

    @Test
    void whatTheDeviceWroteIsKept() {
        assertThat(read(" failed: too hot\n").detail().orElseThrow().textValue())
                .isEqualTo("failed: too hot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "okay",
                "not ok",
                "1",
                "erroneous",
                "[]",
                "{}",
                "{\"status\":\"done\"}",
                "{\"commandId\":7,\"status\":\"failed\"}"
            })
    void anythingElseIsNone(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IllegalArgumentException.class);
    }
}
