package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.simulator.SimulateCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code millrace simulate} against the running system: who its devices become, and what its books say. */
@Timeout(120)
class SimulateIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path dir;

    private static Standalone millrace;
    private static Rest admin;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        millrace = new Standalone(Up.in(dir).adminPassword("admin-password").build());
        millrace.start();
        admin = Rest.of(millrace.httpPort(), "admin", "admin-password");
    }

    @AfterAll
    static void stop() {
        millrace.close();
    }

    @Test
    void readingsOfAllTransportsAreFoundInKafkaAndCommandsReachTheBoards() throws Exception {
        Path scenario = Files.writeString(dir.resolve("load.yaml"), """
                duration: 4s
                ramp: 1s
                groups:
                  - {name: boards, devices: 20, interval: 100ms, jitter: 50%%, board: {time-scale: 50}, server: "mqtt://127.0.0.1:%d"}
                  - {name: websocket, devices: 5, interval: 200ms, server: "ws://127.0.0.1:%d/mqtt", fields: {door: {choice: [open, closed]}}}
                  - {name: http, devices: 5, interval: 200ms, server: "http://127.0.0.1:%d", fields: {level: {sine: {mean: 5, amplitude: 1, period: 1m}}}}
                """.formatted(
                        millrace.mqttPort(), millrace.webSocketPort(), millrace.gatewayHttpPort()));
        Path html = dir.resolve("run.html");
        int exit = simulate(
                "--scenario",
                scenario.toString(),
                "--output",
                "json",
                "--report",
                html.toString(),
                "--api",
                "http://127.0.0.1:" + millrace.httpPort(),
                "--api-key",
                adminKey("simulate-admin", "admin"),
                "--kafka",
                millrace.bootstrapServers());

        assertThat(exit).as("%s %s", out, err).isZero();
        JsonNode report = JSON.readTree(out.toString());
        assertThat(report.at("/connects/accepted").asInt()).isEqualTo(30);
        JsonNode kafka = report.get("kafka");
        assertThat(kafka.get("complete").asBoolean()).isTrue();
        assertThat(kafka.get("lost").asInt()).isZero();
        assertThat(kafka.get("promised").asInt())
                .isEqualTo(report.at("/publishes/acknowledged").asInt())
                .isGreaterThan(50);
        assertThat(kafka.get("reordered").asInt()).isZero();
        assertThat(report.at("/reactions/answered").asInt()).isPositive();
        assertThat(report.get("timeline")).isNotEmpty();
        assertThat(Files.readString(html)).contains("<svg", "Reaction, ms").doesNotContain("src=", "href=");
    }

    @Test
    void devicesThatProvisionThemselvesAreLetIn() {
        int exit = simulate(
                "--url",
                "mqtt://127.0.0.1:" + millrace.mqttPort(),
                "--devices",
                "3",
                "--id-pattern",
                "new-%d",
                "--interval",
                "100ms",
                "--duration",
                "1s",
                "--kafka",
                millrace.bootstrapServers(),
                "--provision",
                "http://127.0.0.1:" + millrace.gatewayHttpPort(),
                "--provisioning-key",
                adminKey("line-1", "provisioning"));

        assertThat(exit).as("%s %s", out, err).isZero();
        assertThat(out.toString()).contains("3 tried = 3 accepted").contains("acknowledged readings 0 lost");
        assertThat(admin.get("/devices/new-2").get("type").asText()).isEqualTo("simulated");
    }

    private static String adminKey(String name, String role) {
        return admin.post("/api-keys", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}", 201)
                .get("key")
                .asText();
    }

    private int simulate(String... arguments) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
