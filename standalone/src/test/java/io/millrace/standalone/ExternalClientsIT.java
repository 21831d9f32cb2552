package io.millrace.standalone;

import static io.millrace.standalone.Shell.assumeInstalled;
import static io.millrace.standalone.Shell.run;
import static io.millrace.standalone.Shell.works;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that were not written here beside the running system, as {@code up} prints and docs/consumers.md shows them. What they can
 * read is as published.
 */
@Timeout(180)
class ExternalClientsIT {
    @TempDir
    static Path dir;

    private static Standalone millrace;
    private static EveryTopic everyTopic;

    @BeforeAll
    static void start() throws Exception {
        Path rules = Files.createDirectories(dir.resolve("rules"));
        Path unused = Files.writeString(rules.resolve("consumers.rules.yaml"), EveryTopic.RULES);
        millrace = new Standalone(
                Up.in(dir.resolve("data")).rules(rules).allowAnonymous().build());
        millrace.start();
        everyTopic = new EveryTopic(millrace);
        everyTopic.stir();
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

    @Test
    void everyTopicIsAsItsPublishedSchemaSays() {
        everyTopic.awaitRecords();
        assertThat(EveryTopic.problems(new AsyncApi(), millrace.bootstrapServers()))
                .isEmpty();
    }

    /** All at once, for each waits for the ends of its partitions. */
    @Test
    void theLinesForKcatOfTheConsumersPageShowRecords() throws Exception {
        assumeInstalled("kcat");
        everyTopic.awaitRecords();
        List<Shell> all = new ArrayList<>();
        for (String line : ConsumerPage.commands("kcat", millrace.bootstrapServers())) {
            all.add(new Shell(line, dir.resolve("page-" + all.size() + ".out")));
        }
        assertThat(all).hasSizeGreaterThan(5);
        for (Shell kcat : all) {
            assertThat(kcat.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(kcat.output()).isNotBlank();
            assertThat(kcat.process().exitValue()).as(kcat.output()).isZero();
        }
    }

    @Test
    void theJavaExampleTellsOfAnAlert() throws Exception {
        everyTopic.awaitRecords();
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:TieredStopAtLevel=1 -cp '"
                + System.getProperty("java.class.path") + "' " + ConsumerPage.EXAMPLES.resolve("AlertLog.java") + " "
                + millrace.bootstrapServers();
        try (Shell program = new Shell(java, dir.resolve("java.out"))) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(program.output()).contains("firing TooHot/hot since 20"));
        }
    }

    @Test
    void thePythonExampleKeepsEachReadingOnce() throws Exception {
        String python = works("python3 -c 'import confluent_kafka'") ? "python3" : "/usr/bin/python3";
        assumeTrue(
                works(python + " -c 'import confluent_kafka'"),
                "python3-confluent-kafka is not installed: test left out");
        everyTopic.awaitRecords();
        Path example = ConsumerPage.EXAMPLES.resolve("readings.py");
        Path database = dir.resolve("readings.db");
        String line = python + " " + example + " " + millrace.bootstrapServers() + " " + database;
        int there = KafkaTail.all(millrace.bootstrapServers(), "telemetry").size();
        String count = python + " -c \"import sqlite3; print(sqlite3.connect('" + database
                + "').execute('select count(*) from readings').fetchone()[0])\"";
        try (Shell program = new Shell(line, dir.resolve("python.out"))) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(database) && program.output().contains("readings"));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(Integer.parseInt(run(count).strip())).isGreaterThanOrEqualTo(there));
        }
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
}
