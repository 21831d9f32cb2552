package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines that {@code up} prints for copying, in a shell, with programs that were not written here. */
@Timeout(180)
class ExternalClientsIT {
    @TempDir
    static Path dir;

    private static Standalone millrace;

    @BeforeAll
    static void start() {
        millrace = new Standalone(Up.in(dir.resolve("data")).allowAnonymous().build());
        millrace.start();
    }

    @AfterAll
    static void stop() {
        millrace.close();
    }

    @Test
    void theLinesForMosquittoMakeFanOnAppear() throws Exception {
        assumeInstalled("mosquitto_pub");
        try (Shell subscriber = new Shell(hint("mosquitto_sub"), dir.resolve("sub.out"))) {
            awaitReady(millrace.access().deviceId());
            assertThat(run(hint("mosquitto_pub"))).isEmpty();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(subscriber.output()).contains("FAN_ON"));
        }
    }

    @Test
    void theLineForKcatShowsTheReadingAsSent() throws Exception {
        assumeInstalled("kcat");
        assumeInstalled("mosquitto_pub");
        assertThat(run(hint("mosquitto_pub"))).isEmpty();
        try (Shell consumer = new Shell(hint("kcat"), dir.resolve("kcat.out"))) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(consumer.output()).contains("{\"temperature\":31}"));
        }
    }

    @Test
    void theLineForCurlSendsACommand() throws Exception {
        assumeInstalled("curl");
        assertThat(run(hint("curl", "/commands"))).contains("\"commandId\"").contains("queued");
    }

    @Test
    void theSeedFirmwareWorksUnchangedWithoutAPassword() throws Exception {
        assumeInstalled("mosquitto_pub");
        String id = "esp32-custom-01";
        int port = millrace.mqttPort();
        String subscribe = "mosquitto_sub -V 311 -p " + port + " -i " + id + " -q 1 -t devices/" + id + "/commands";
        try (Shell firmware = new Shell(subscribe, dir.resolve("seed.out"))) {
            awaitReady(id);
            // One connection for each identity: the reading comes by a second tool under the same name, which takes
            // over.
            String reading =
                    "{\"messageId\":7, \"deviceId\":\"esp32-custom-01\", \"temperature\":25.53, \"ledState\":false}";
            assertThat(run("mosquitto_pub -V 311 -p " + port + " -i " + id + " -q 0 -t devices/" + id
                            + "/telemetry -m '" + reading + "'"))
                    .isEmpty();
            awaitReady(id);
            Rest rest = new Rest(
                    millrace.httpPort(), millrace.access().operatorKey().orElseThrow());
            rest.post("/devices/" + id + "/commands", "{\"payload\":\"LED_ON\"}", 202);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(firmware.output()).contains("LED_ON"));
            assertThat(KafkaTail.all(millrace.bootstrapServers(), "telemetry"))
                    .anyMatch(record -> new String(record.value(), UTF_8).equals(reading));
        }
    }

    /** The device's row in the API says connected, which follows its SUBSCRIBE closely. */
    private static void awaitReady(String id) {
        Rest rest =
                new Rest(millrace.httpPort(), millrace.access().operatorKey().orElseThrow());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(rest.get("/devices/" + id).toString()).contains("\"connected\":true"));
    }

    @Test
    void theLineForCurlReportsAReading() throws Exception {
        assumeInstalled("curl");
        assertThat(run(hint("curl", "/telemetry"))).isEqualTo("{\"accepted\":1}");
    }

    private static String hint(String program) {
        return hint(program, "");
    }

    /** @param end of the line */
    private static String hint(String program, String end) {
        return millrace.hints().stream()
                .map(String::strip)
                .filter(line -> line.startsWith(program + " ") && line.endsWith(end))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line for " + program + " in " + millrace.hints()));
    }

    private static void assumeInstalled(String program) throws Exception {
        int found =
                new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor();
        assumeTrue(found == 0, program + " is not installed: test left out");
    }

    private static String run(String line) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(line + ": " + output).isZero();
        return output;
    }

    /** A program in a shell of its own, its output in a file. */
    private record Shell(Process process, Path file) implements AutoCloseable {
        Shell(String line, Path file) throws IOException {
            this(
                    new ProcessBuilder(List.of("sh", "-c", "exec " + line))
                            .redirectErrorStream(true)
                            .redirectOutput(file.toFile())
                            .start(),
                    file);
        }

        String output() throws IOException {
            return Files.readString(file);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
