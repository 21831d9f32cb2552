package io.millrace.standalone;

import static io.millrace.standalone.ComposeFile.DEPLOY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.TestKafka;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import io.millrace.simulator.SimulateCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code millrace simulate} where all there is speaks TLS, with certificates of an authority that Java does not know. */
@Timeout(120)
class SimulateTlsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path dir;

    private static TestKafka kafka;
    private static EmbeddedPostgres postgres;
    private static ServiceProcess process;
    private static Gateway gateway;
    private static String api = "";
    private static String ca = "";
    private static String key = "";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        Shell.assumeInstalled("openssl");
        Shell.assumeInstalled("curl");
        Shell.run(DEPLOY + "/tls/make-certificates " + dir + "/tls server 127.0.0.1");
        ca = dir + "/tls/ca.pem";
        kafka = TestKafka.start(dir.resolve("kafka"));
        postgres = EmbeddedPostgres.start(dir.resolve("postgres"), Path.of("target/postgres-binaries"));
        process = new ServiceProcess(new OpsConfig("127.0.0.1", 0, Optional.empty()));
        CommandService service = process.start(new CommandService(
                CommandServiceConfig.of(settings()
                        .override("http.port", 0)
                        .override("http.tls.certificate", dir + "/tls/tls.crt")
                        .override("http.tls.key", dir + "/tls/tls.key")
                        .override("admin.password", "admin-password")
                        .override("database.url", postgres.url())
                        .override("database.user", postgres.user())
                        .override("database.password", postgres.password())
                        .build()),
                process.registry(),
                process.health(),
                Clock.systemUTC()));
        gateway = process.start(new Gateway(
                GatewayConfig.of(gatewaySettings().build()), process.registry(), process.health(), Clock.systemUTC()));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(process.health().notReady()).isEmpty());
        api = "https://127.0.0.1:" + service.httpPort();
        String token = post("/login", "", "{\"username\":\"admin\",\"password\":\"admin-password\"}")
                .get("token")
                .asText();
        key = post("/api-keys", "-H 'Authorization: Bearer " + token + "'", "{\"name\":\"load\",\"role\":\"admin\"}")
                .get("key")
                .asText();
    }

    private static Settings.Builder settings() {
        return Settings.builder()
                .override("kafka.bootstrap-servers", kafka.bootstrapServers())
                .override("kafka.partitions", 4)
                .override("kafka.gateway-slots", 4)
                .override("kafka.replication-factor", 1);
    }

    private static Settings.Builder gatewaySettings() {
        Settings.Builder settings = settings()
                .override("gateway.slot", 0)
                .override("gateway.drain-timeout", "1s")
                .override("mqtt.tls.certificate", dir + "/tls/tls.crt")
                .override("mqtt.tls.key", dir + "/tls/tls.key");
        for (Way way : Way.values()) {
            settings.override(way.setting(), 0);
        }
        return settings;
    }

    private static JsonNode post(String path, String more, String body) throws Exception {
        return JSON.readTree(Shell.run("curl -fsS --max-time 20 --cacert " + ca
                + " -H 'Content-Type: application/json' " + more + " -d '" + body + "' " + api + "/api/v1" + path));
    }

    @AfterAll
    static void stop() {
        if (process != null) {
            process.close();
        }
        if (kafka != null) {
            kafka.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void quiet() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }

    private int simulate(String... arguments) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** The scenario names the authority once: it is that of the API too. */
    @Test
    void boardsThatAreRegisteredOverHttpsReportOverEveryWayWithTls() throws Exception {
        Path scenario = Files.writeString(dir.resolve("tls.yaml"), """
                ca: tls/ca.pem
                duration: 4s
                ramp: 1s
                groups:
                  - {name: mqtts, devices: 4, interval: 200ms, server: "mqtts://127.0.0.1:%d"}
                  - {name: wss, devices: 4, interval: 200ms, server: "wss://127.0.0.1:%d/mqtt"}
                  - {name: https, devices: 4, interval: 200ms, server: "https://127.0.0.1:%d"}
                """.formatted(
                        gateway.port(Way.MQTT_TLS), gateway.port(Way.WEB_SOCKET_TLS), gateway.port(Way.HTTP_TLS)));
        int exit = simulate(
                "--scenario",
                scenario.toString(),
                "--output",
                "json",
                "--api",
                api,
                "--api-key",
                key,
                "--kafka",
                kafka.bootstrapServers());

        assertThat(exit).as("%s %s", out, err).isZero();
        JsonNode report = JSON.readTree(out.toString());
        assertThat(report.at("/connects/accepted").asInt()).isEqualTo(12);
        assertThat(report.at("/kafka/complete").asBoolean()).isTrue();
        assertThat(report.at("/kafka/lost").asInt()).isZero();
        assertThat(report.at("/kafka/promised").asInt()).isGreaterThan(100);
    }

    @Test
    void theCommandLinesAuthorityIsThatOfTheApiToo() {
        String url = "wss://127.0.0.1:" + gateway.port(Way.WEB_SOCKET_TLS) + "/mqtt";
        String[] fleet = {
            "--url",
            url,
            "--devices",
            "2",
            "--id-pattern",
            "line-%d",
            "--interval",
            "100ms",
            "--duration",
            "1s",
            "--api",
            api,
            "--api-key",
            key,
            "--ca",
            ca
        };
        assertThat(simulate(fleet)).as("%s %s", out, err).isZero();
        assertThat(out.toString()).contains("2 tried = 2 accepted");
    }

    @Test
    void withoutTheAuthorityNothingIsSent() {
        assertThat(simulate("--devices", "1", "--api", api, "--api-key", key)).isOne();
        assertThat(err.toString())
                .contains(api)
                .contains("could not be reached")
                .contains("certification path");
        assertThat(simulate("--devices", "1", "--api", api, "--api-key", key, "--ca", "absent.pem"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--ca: absent.pem cannot be used");
    }
}
