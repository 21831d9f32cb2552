package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path dir;

    @Test
    void commandLineBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
        Settings settings = Settings.builder()
                .file(file("mqtt:\n  port: 1\n  host: file\n  backlog: 3\n"))
                .environment(Map.of("MILLRACE_MQTT_PORT", "2", "MILLRACE_MQTT_HOST", "env"))
                .override("mqtt.port", 4)
                .build();

        assertThat(settings.port("mqtt.port", 1883, "Port.")).isEqualTo(4);
        assertThat(settings.text("mqtt.host", "127.0.0.1", "Host.")).isEqualTo("env");
        assertThat(settings.number("mqtt.backlog", 9, 1, 10, "Backlog.")).isEqualTo(3);
        assertThat(settings.flag("mqtt.reuse", true, "Reuse.")).isTrue();
        settings.finish();
    }

    @Test
    void allProblemsComeTogetherEachWithItsPlace() throws IOException {
        Path file = file("mqtt:\n  port: 99999\n  hots: x\nkeep: 5 min\n");
        Settings settings = Settings.builder()
                .file(file)
                .environment(Map.of("MILLRACE_MQTT_TLS", "maybe"))
                .build();
        assertThat(settings.port("mqtt.port", 1883, "Port.")).isEqualTo(1883);
        assertThat(settings.text("mqtt.host", "h", "Host.")).isEqualTo("h");
        assertThat(settings.flag("mqtt.tls", false, "TLS.")).isFalse();
        assertThat(settings.duration("keep", Duration.ofSeconds(5), "Keep.")).isEqualTo(Duration.ofSeconds(5));

        assertThatThrownBy(settings::finish).isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems())
                .containsExactlyInAnyOrder(
                        file + ":2:9: mqtt.port: \"99999\" (expected a whole number from 0 to 65535)",
                        file + ":3:9: mqtt.hots: unknown key (did you mean mqtt.host?)",
                        file + ":4:7: keep: \"5 min\" (expected a duration such as 500ms, 5s or 1h30m)",
                        "MILLRACE_MQTT_TLS: mqtt.tls: \"maybe\" (expected true or false)"));
    }

    @Test
    void yamlIsVersionOnePointTwo() throws IOException {
        Settings settings = Settings.builder()
                .file(file("a: OFF\nb: 22:00\nlist: [x, y]\n"))
                .build();

        assertThat(settings.text("a", "", "A.")).isEqualTo("OFF");
        assertThat(settings.text("b", "", "B.")).isEqualTo("22:00");
        assertThat(settings.list("list", java.util.List.of(), "L.")).containsExactly("x", "y");
    }

    @Test
    void brokenYamlAndMissingFilesAreNamedWithTheirPlace() throws IOException {
        Path broken = file("a: [1\nb: 2\n");
        assertThatThrownBy(() -> Settings.builder().file(broken).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(broken + ":2:");
        assertThatThrownBy(
                        () -> Settings.builder().file(dir.resolve("none.yaml")).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("none.yaml: cannot be read (no such file)");
    }

    @Test
    void secretsComeFromFilesWithoutTheirLineEnd() throws IOException {
        Path secret = dir.resolve("password");
        Files.writeString(secret, "s3cret\n");
        Settings settings =
                Settings.builder().override("database.password-file", secret).build();

        assertThat(settings.secret("database.password", "Password.")).contains("s3cret");
        settings.finish();
    }

    @Test
    void propertiesPassThroughFromFileAndEnvironment() throws IOException {
        Settings settings = Settings.builder()
                .file(file("kafka:\n  properties:\n    sasl.mechanism: PLAIN\n"))
                .environment(Map.of("MILLRACE_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SSL"))
                .build();

        assertThat(settings.properties("kafka.properties", "Passed on."))
                .isEqualTo(Map.of("sasl.mechanism", "PLAIN", "security.protocol", "SSL"));
        settings.finish();
    }

    @Test
    void theReferenceIsYamlThatTheProcessReads() throws IOException {
        Settings settings = Settings.builder().build();
        readAll(settings);
        String yaml = ConfigReference.yaml("The test", settings.keys());

        Settings again = Settings.builder().file(file(yaml)).build();
        readAll(again);
        again.finish();
        assertThat(yaml)
                .contains("  # Largest packet.\n  max-packet-size: 256 KiB\n")
                .contains("# any.key: value");
    }

    private static void readAll(Settings settings) {
        assertThat(settings.port("mqtt.port", 1883, "Port.")).isEqualTo(1883);
        assertThat(settings.bytes("mqtt.max-packet-size", 262144, "Largest packet."))
                .isEqualTo(262144);
        assertThat(settings.duration("mqtt.tls.reload", Duration.ofMinutes(90), "How often."))
                .isEqualTo(Duration.ofMinutes(90));
        assertThat(settings.optionalText("mqtt.tls.key", "Key.")).isEmpty();
        assertThat(settings.properties("kafka.properties", "Passed on.")).isEmpty();
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(dir.resolve("millrace.yaml"), yaml);
    }
}
