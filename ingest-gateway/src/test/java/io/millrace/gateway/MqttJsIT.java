package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.schemas.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT.js as device and as operator, where node is and {@code npm ci} has been run in {@code src/test/mqttjs}. */
@Timeout(120)
class MqttJsIT {
    private static final Path DIRECTORY = Path.of("src/test/mqttjs");

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.exists(DIRECTORY.resolve("node_modules/mqtt")) && hasNode(),
                "MQTT.js is not installed: npm ci in ingest-gateway/" + DIRECTORY);
        rig = new GatewayRig();
        gateway = rig.start(0);
        rig.key("js", Role.OPERATOR, "js-key");
        rig.register("js-4-tcp", "js-4-ws", "js-5-tcp", "js-5-ws");
        await().ignoreExceptions().until(() -> {
            var probe = Clients.mqtt3(gateway, "probe", "js", "js-key");
            var unused = probe.connect();
            probe.disconnect();
            return true;
        });
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"tcp, 4", "tcp, 5", "ws, 4", "ws, 5"})
    void mqttJsConversesOverTcpAndWebSocket(String transport, int version) throws Exception {
        String device = "js-" + version + "-" + transport;
        String url = transport.equals("tcp")
                ? "mqtt://127.0.0.1:" + gateway.port()
                : "ws://127.0.0.1:" + gateway.webSocketPort() + "/mqtt";
        Process node = new ProcessBuilder(
                        "node", "client.mjs", url, device, "pw-" + device, "js", "js-key", Integer.toString(version))
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(node.getInputStream().readAllBytes(), UTF_8);
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(output.lines())
                .containsExactly(
                        "granted 1",
                        "published 0",
                        "published 1",
                        "published 2",
                        "seen devices/" + device + "/telemetry {\"qos\":0}",
                        // 3.1.1 has no way to refuse it.
                        version == 4 ? "elsewhere acknowledged" : "elsewhere refused 135",
                        "commanded");
        assertThat(node.exitValue()).isZero();
        try (Tail commands = rig.tail(rig.topics.commands())) {
            var command = commands.await(r -> Tail.key(r).equals(device));
            assertThat(Tail.value(command)).isEqualTo("FAN_ON");
        }
    }
}
