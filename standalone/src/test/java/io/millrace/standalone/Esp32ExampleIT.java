package io.millrace.standalone;

import static io.millrace.standalone.Shell.assumeInstalled;
import static io.millrace.standalone.Shell.run;
import static io.millrace.standalone.Shell.works;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The firmware of examples/esp32: its logic, compiled for this machine, as a board beside the running system. */
@Timeout(180)
class Esp32ExampleIT {
    private static final Path EXAMPLE = Path.of("..", "examples", "esp32");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path dir;

    private static Standalone millrace;
    private static Rest rest;
    private static String provisioningKey;

    @BeforeAll
    static void start() throws Exception {
        assumeInstalled("gcc");
        assumeInstalled("make");
        assumeTrue(works("test -f /usr/include/MQTTClient.h"), "libpaho-mqtt-dev is not installed: test left out");
        assertThat(make("all")).contains("gcc");
        millrace = new Standalone(Up.in(dir.resolve("data")).build());
        millrace.start();
        Rest admin = Rest.of(millrace.httpPort(), "admin", "admin-password");
        provisioningKey = admin.post("/api-keys", "{\"name\":\"line-1\",\"role\":\"provisioning\"}", 201)
                .get("key")
                .asText();
        rest = new Rest(millrace.httpPort(), millrace.access().operatorKey().orElseThrow());
    }

    @AfterAll
    static void stop() {
        if (millrace != null) {
            millrace.close();
        }
    }

    @Test
    void theLogicsOwnTestsPassWithAndWithoutSanitizers() throws Exception {
        assertThat(make("test").lines().filter("good: 0 failed"::equals)).hasSize(2);
    }

    @Test
    void theEspIdfPortFitsTheDeclarationsOfWhatItCalls() throws Exception {
        assertThat(make("syntax")).contains("-fsyntax-only");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aBoardFromTheBoxProvisionsItselfReportsObeysFollowsItsConfigurationAndOutlivesAnOutage(int mqttVersion)
            throws Exception {
        String id = "board-" + mqttVersion;
        try (CutWire wire = new CutWire(millrace.mqttPort());
                Shell board = board(id, mqttVersion, wire.port())) {
            awaitState(board, id, "online", "true");
            assertThat(rest.get("/devices/" + id).get("type").asText()).isEqualTo("greenhouse");
            await().untilAsserted(() -> assertThat(readings(id)).isNotEmpty());
            assertThat(readings(id).get(0).get("deviceId").asText()).isEqualTo(id);
            assertThat(readings(id).get(0).get("ledState").isBoolean()).isTrue();

            JsonNode obeyed = awaitEnd(id, "LED_ON", "succeeded");
            assertThat(obeyed.toString()).contains("led is on");
            assertThat(board.output()).contains("LED on");
            assertThat(awaitEnd(id, "DANCE", "failed").toString()).contains("expected LED_ON");
            awaitState(board, id, "led", "true");

            assertThat(rest.put("/devices/" + id + "/config", "{\"interval\":1}")
                            .toString())
                    .contains("interval");
            awaitState(board, id, "interval", "1");

            wire.cut();
            // The last will.
            awaitState(board, id, "online", "false");
            await().untilAsserted(() -> assertThat(board.output()
                            .substring(board.output().lastIndexOf("disconnected"))
                            .lines()
                            .filter(line -> line.startsWith("measured")))
                    .hasSizeGreaterThan(3));
            int before = readings(id).size();
            wire.mend();
            awaitState(board, id, "online", "true");
            await().untilAsserted(() -> assertThat(readings(id)).hasSizeGreaterThan(before + 3));
            List<Integer> numbers = readings(id).stream()
                    .map(reading -> reading.get("messageId").asInt())
                    .distinct()
                    .toList();
            assertThat(numbers)
                    .as("none is missing, and they are in order")
                    .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
        }
    }

    private static Shell board(String id, int mqttVersion, int port) throws IOException {
        Path store = Files.createDirectories(dir.resolve(id));
        String line = output().resolve("device") + " --id " + id + " --mqtt tcp://127.0.0.1:" + port + " --store "
                + store + " --mqtt-version " + mqttVersion + " --key " + provisioningKey
                + " --provision-host 127.0.0.1 --provision-port " + millrace.gatewayHttpPort()
                + " --interval 3 --retry-most 2000";
        return new Shell(line, dir.resolve(id + ".out"));
    }

    private static JsonNode awaitEnd(String id, String payload, String status) {
        String command = rest.post("/devices/" + id + "/commands", "{\"payload\":\"" + payload + "\"}", 202)
                .get("commandId")
                .asText();
        await().untilAsserted(() -> assertThat(
                        rest.get("/commands/" + command).get("status").asText())
                .isEqualTo(status));
        return rest.get("/commands/" + command);
    }

    /** What the board says of itself. */
    private static void awaitState(Shell board, String id, String field, String value) {
        await().untilAsserted(() -> {
            assertThat(rest.status("GET", "/devices/" + id + "/state", ""))
                    .as(board.output())
                    .isEqualTo(200);
            assertThat(rest.get("/devices/" + id + "/state")
                            .path("reported")
                            .path(field)
                            .path("value")
                            .asText())
                    .as(board.output())
                    .isEqualTo(value);
        });
    }

    private static List<JsonNode> readings(String id) {
        return KafkaTail.all(millrace.bootstrapServers(), "telemetry").stream()
                .filter(each -> new String(each.key(), UTF_8).equals(id))
                .map(each -> parse(each.value()))
                .toList();
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path output() {
        return Path.of("target", "esp32").toAbsolutePath();
    }

    private static String make(String target) throws Exception {
        return run("make -B -C " + EXAMPLE + " OUT=" + output() + " " + target);
    }
}
