package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HintsTest {
    private static final UpConfig CONFIG = Up.in(Path.of("/var/lib/millrace")).build();
    private static final Hints.Addresses AT =
            new Hints.Addresses("0.0.0.0", 1883, 8083, 8081, 8080, 9100, "127.0.0.1:9092");

    @Test
    void theFirstStartShowsSecretsAndLinesToCopy() {
        List<String> lines = Hints.lines(CONFIG, AT, access(Optional.of("dev-secret"), Optional.of("op-key")));

        assertThat(lines)
                .contains("    mosquitto_pub -h 127.0.0.1 -p 1883 -u esp32-01 -P dev-secret -i esp32-01 -q 1"
                        + " -t devices/esp32-01/telemetry -m '{\"temperature\":31}'")
                .anyMatch(line -> line.contains("ws://127.0.0.1:8083/mqtt"))
                .contains("    curl -sS -u esp32-01:dev-secret -d '{\"temperature\":31}'"
                        + " http://127.0.0.1:8081/devices/esp32-01/telemetry")
                .anyMatch(line -> line.contains("kcat") && line.contains("127.0.0.1:9092"))
                .anyMatch(line -> line.contains("op-key"));
    }

    @Test
    void laterStartsShowNoSecretAndSayHowToGetANewOne() {
        List<String> lines = Hints.lines(CONFIG, AT, access(Optional.empty(), Optional.empty()));

        assertThat(String.join("\n", lines))
                .contains("Resumed", "/devices/esp32-01/secret")
                .doesNotContain("op-key");
    }

    private static Access access(Optional<String> secret, Optional<String> key) {
        return new Access("admin", Optional.of("pw"), "esp32-01", secret, "operator", key);
    }
}
