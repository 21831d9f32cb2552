package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandAnswerTest {
    private static final Instant EXPIRY = Instant.parse("2026-11-22T10:00:00Z");

    private static Dispatch command(String id, byte[] payload, Optional<String> type) {
        return new Dispatch(id, new DeviceId("d"), 0, 7, 2, payload, type, 1, EXPIRY);
    }

    @Test
    void aPayloadIsTextAsItsSenderGaveIt() {
        CommandAnswer answer =
                CommandAnswer.json(command("c1", "{\"led\": \"ü\"}".getBytes(UTF_8), Optional.of("a/b")));
        assertThat(new String(answer.content(), UTF_8))
                .isEqualTo("{\"commandId\":\"c1\",\"payload\":\"{\\\"led\\\": \\\"ü\\\"}\",\"contentType\":\"a/b\","
                        + "\"expiresAt\":\"2026-11-22T10:00:00Z\",\"attempt\":2}");
    }

    @Test
    void whatIsNoTextIsBase64AndSaysSo() {
        CommandAnswer answer = CommandAnswer.json(command("c1", new byte[] {(byte) 0xFF, 0}, Optional.empty()));
        assertThat(new String(answer.content(), UTF_8))
                .isEqualTo("{\"commandId\":\"c1\",\"payload\":\"/wA=\",\"encoding\":\"base64\","
                        + "\"expiresAt\":\"2026-11-22T10:00:00Z\",\"attempt\":2}");
    }

    @Test
    void rawIsThePayloadWithTheRestInHeaders() {
        byte[] payload = "LED_ON".getBytes(UTF_8);
        CommandAnswer answer = CommandAnswer.raw(command("rule/c 1", payload, Optional.of("text/plain")));
        assertThat(answer.type()).isEqualTo("text/plain");
        assertThat(answer.content()).isEqualTo(payload);
        assertThat(answer.headers())
                .containsEntry("Millrace-Command-Id", "rule%2Fc+1")
                .containsEntry("Millrace-Attempt", "2")
                .containsEntry("Millrace-Expires-At", "2026-11-22T10:00:00Z");
    }

    @Test
    void aSenderCannotWriteHeadersOfOurs() {
        CommandAnswer answer = CommandAnswer.raw(command("c", new byte[0], Optional.of("a/b\r\nSet-Cookie: x")));
        assertThat(answer.type()).isEqualTo("application/octet-stream");
    }
}
