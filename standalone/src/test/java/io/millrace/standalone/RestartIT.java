package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class RestartIT {
    @TempDir
    Path dir;

    @Test
    void aRestartOnTheSameDataLosesNothingAndCommandsNothingTwice() {
        String key;
        String secret;
        String waiting;
        try (Standalone millrace = new Standalone(Up.in(dir).build())) {
            millrace.start();
            key = millrace.access().operatorKey().orElseThrow();
            secret = millrace.access().deviceSecret().orElseThrow();
            Rest rest = new Rest(millrace.httpPort(), key);
            String id = millrace.access().deviceId();
            try (TestDevice device = TestDevice.of(3, millrace.mqttPort(), id, secret)) {
                device.connect();
                device.subscribe();
                device.telemetry(id, "{\"temperature\":31}");
                assertThat(device.nextCommand(30_000)).contains("FAN_ON");
            }
            waiting = rest.post("/devices/" + id + "/commands", "{\"payload\":\"LED_ON\",\"expiresIn\":\"10m\"}", 202)
                    .get("commandId")
                    .asText();
        }
        try (Standalone millrace =
                new Standalone(Up.in(dir).adminPassword("forgotten-and-new").build())) {
            millrace.start();
            assertThat(millrace.access().operatorKey()).as("shown once").isEmpty();
            Rest nobody = new Rest(millrace.httpPort(), "");
            assertThat(nobody.status("POST", "/login", login("forgotten-and-new")))
                    .isEqualTo(200);
            assertThat(nobody.status("POST", "/login", login("admin-password"))).isEqualTo(401);
            Rest rest = new Rest(millrace.httpPort(), key);
            String id = millrace.access().deviceId();
            try (TestDevice device = TestDevice.of(3, millrace.mqttPort(), id, secret)) {
                device.connect();
                device.subscribe();
                assertThat(device.nextCommand(30_000)).contains("LED_ON");
                await().untilAsserted(() -> assertThat(
                                rest.get("/commands/" + waiting).get("status").asText())
                        .isEqualTo("delivered"));

                // Still hot: the rule has fired before the restart and must not fire again.
                device.telemetry(id, "{\"temperature\":32}");
                device.telemetry(id, "{\"temperature\":26}");
                assertThat(device.nextCommand(30_000)).contains("FAN_OFF");
                device.telemetry(id, "{\"temperature\":33}");
                assertThat(device.nextCommand(30_000)).contains("FAN_ON");
            }
            assertThat(rest.get("/devices/" + id + "/commands").get("items")).hasSize(4);
            assertThat(KafkaTail.all(millrace.bootstrapServers(), "telemetry").stream()
                            .map(record -> new String(record.value(), UTF_8))
                            .toList())
                    .isEqualTo(List.of(
                            "{\"temperature\":31}",
                            "{\"temperature\":32}",
                            "{\"temperature\":26}",
                            "{\"temperature\":33}"));
            await().untilAsserted(() -> assertThat(
                            rest.get("/devices/" + id + "/telemetry").get("items"))
                    .hasSize(4));
        }
    }

    private static String login(String password) {
        return "{\"username\":\"admin\",\"password\":\"" + password + "\"}";
    }
}
