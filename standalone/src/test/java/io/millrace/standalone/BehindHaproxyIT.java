package io.millrace.standalone;

import static io.millrace.standalone.ComposeFile.DEPLOY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.embedded.FreePort;
import io.millrace.embedded.TestKafka;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import io.millrace.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway with the environment of deploy/docker-compose.yml, the certificates of deploy/prepare, behind HAProxy with
 * deploy/haproxy/haproxy.cfg: only addresses and ports are others. Boards are mosquitto and curl with certificates of their own.
 */
@Timeout(120)
class BehindHaproxyIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    @Test
    void boardsWithCertificatesComeThroughHaproxyWithTheirOwnAddress() throws Exception {
        for (String program : List.of("openssl", "mosquitto_pub", "curl")) {
            Shell.assumeInstalled(program);
        }
        String path = "PATH=$PATH:/usr/sbin; export PATH; ";
        assumeTrue(Shell.works(path + "command -v haproxy"), "haproxy is not installed: test left out");
        Shell.run("MILLRACE_DEPLOY=" + directory + " " + DEPLOY + "/prepare localhost");
        Shell.run(DEPLOY + "/tls/make-certificates " + directory + "/authority device esp32-01");

        try (TestKafka kafka = TestKafka.start(directory.resolve("kafka"));
                ServiceProcess process = new ServiceProcess(ops())) {
            Gateway gateway =
                    process.start(new Gateway(config(kafka), process.registry(), process.health(), Clock.systemUTC()));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(process.health().notReady()).isEmpty());
            int mqtts = FreePort.find();
            int https = FreePort.find();
            Path balancer = Files.writeString(
                    directory.resolve("haproxy.cfg"),
                    balancer(gateway, process.ops().port(), mqtts, https));
            try (Shell haproxy = new Shell("env PATH=$PATH:/usr/sbin haproxy -db -f " + balancer, log("haproxy"))) {
                String board = " --cacert " + directory + "/authority/ca.pem --cert " + directory
                        + "/authority/devices/esp32-01.crt --key " + directory + "/authority/devices/esp32-01.key ";
                String publish = "mosquitto_pub -V mqttv311 -h localhost -A 127.0.0.2 -p " + mqtts
                        + board.replace("--cacert", "--cafile")
                        + "-i esp32-01 -q 1 -t devices/esp32-01/telemetry -m '{\"temperature\":21}'";
                await().atMost(LONG).untilAsserted(() -> assertThat(Shell.works(publish))
                        .as(haproxy.output())
                        .isTrue());
                Shell.run("curl -fsS --max-time 20" + board + "-d '{\"temperature\":22}' https://localhost:" + https
                        + "/devices/esp32-01/telemetry");
                assertThat(texts(kafka, new Topics("").telemetry()))
                        .contains("{\"temperature\":21}", "{\"temperature\":22}");
                assertThat(texts(kafka, new Topics("").deviceSessions()))
                        .anyMatch(event -> event.contains("\"opened\"") && event.contains("\"127.0.0.2\""));
            }
            assertThat(Monitoring.exposed(process.ops().port()))
                    .containsAll(Monitoring.names().stream()
                            .filter(name -> name.startsWith("gateway_tls_"))
                            .toList());
        }
    }

    private static OpsConfig ops() {
        return new OpsConfig("127.0.0.1", 0, java.util.Optional.empty());
    }

    private static GatewayConfig config(TestKafka kafka) throws Exception {
        Map<String, String> environment = new ComposeFile().environment("gateway-0", directory.resolve("secrets"));
        Settings.Builder settings = Settings.builder().environment(environment);
        settings.override("kafka.bootstrap-servers", kafka.bootstrapServers());
        settings.override("kafka.partitions", 4);
        settings.override("mqtt.proxy-protocol-from", "127.0.0.1");
        settings.override("http.proxy-protocol-from", "127.0.0.1");
        settings.override("gateway.drain-timeout", "1s");
        for (Way way : Way.values()) {
            settings.override(way.setting(), 0);
        }
        return GatewayConfig.of(settings.build());
    }

    /** The file of deploy/ with one gateway, on this host, at the ports that it has; no resolver and no ways in but two. */
    private static String balancer(Gateway gateway, int opsPort, int mqtts, int https) throws Exception {
        String text = Files.readString(DEPLOY.resolve("haproxy/haproxy.cfg"))
                .replace("gateway-0:8883", "127.0.0.1:" + gateway.port(Way.MQTT_TLS))
                .replace("gateway-0:8443", "127.0.0.1:" + gateway.port(Way.HTTP_TLS))
                .replace("bind :8883", "bind 127.0.0.1:" + mqtts)
                .replace("bind :8443", "bind 127.0.0.1:" + https)
                .replace("check port 9101", "check port " + opsPort)
                .replace("maxconn 90000", "maxconn 100")
                .replace("/etc/millrace/tls", directory + "/secrets/tls");
        return Pattern.compile("(?m)^ +(server gateway-1 .*|bind :\\d+ ssl .*)$|bind :\\d+(?= *$)")
                .matcher(text)
                .replaceAll(found -> found.group().startsWith("bind") ? "bind 127.0.0.1:" + free() : "");
    }

    private static int free() {
        try {
            return FreePort.find();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static List<String> texts(TestKafka kafka, String topic) {
        return KafkaTail.all(kafka.bootstrapServers(), topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }
}
