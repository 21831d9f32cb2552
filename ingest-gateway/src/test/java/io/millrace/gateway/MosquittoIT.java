package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.schemas.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mosquitto's command-line clients as device and operator in both versions of MQTT; skipped aloud where they are not. */
@Timeout(120)
class MosquittoIT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    @BeforeAll
    static void start() throws InterruptedException {
        assumeTrue(isInstalled(), "mosquitto_pub is not installed: mosquitto-clients");
        rig = new GatewayRig();
        gateway = rig.start(0);
        rig.key("mosquitto", Role.OPERATOR, "mosquitto-key");
        rig.register("m-311", "m-5", "m-refused");
        await().ignoreExceptions().until(() -> {
            var probe = Clients.mqtt3(gateway, "probe", "mosquitto", "mosquitto-key");
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

    private static boolean isInstalled() throws InterruptedException {
        try {
            // It has no option that only tells its version and succeeds.
            var unused = new ProcessBuilder("mosquitto_pub", "--help").start().waitFor();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(String program, String user, String password, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(program, "-p", Integer.toString(gateway.port()), "-u", user, "-P", password));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String publish(String device, String version, String topic, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-i", device, "-V", version, "-t", topic));
        arguments.addAll(List.of(more));
        Process pub = start("mosquitto_pub", device, "pw-" + device, arguments.toArray(String[]::new));
        String output = new String(pub.getInputStream().readAllBytes(), UTF_8);
        assertThat(pub.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void anOperatorSeesWhatADevicePublishesWithEachQos(String version) throws Exception {
        String device = "m-" + version;
        Process sub = start(
                "mosquitto_sub",
                "mosquitto",
                "mosquitto-key",
                "-V",
                version,
                "-W",
                "60",
                "-t",
                "devices/+/telemetry/" + version + "/#",
                "-C",
                "3",
                "-F",
                "%t %p");
        String topic = "devices/" + device + "/telemetry/" + version + "/q";
        do {
            // Until it has subscribed, which it tells nobody.
            for (String qos : List.of("0", "1", "2")) {
                assertThat(publish(device, version, topic + qos, "-q", qos, "-m", "{\"q\":" + qos + "}"))
                        .isEmpty();
            }
        } while (!sub.waitFor(100, TimeUnit.MILLISECONDS));
        assertThat(new String(sub.getInputStream().readAllBytes(), UTF_8).lines())
                .containsExactlyInAnyOrder(topic + "0 {\"q\":0}", topic + "1 {\"q\":1}", topic + "2 {\"q\":2}");
    }

    @Test
    void aRefusalIsShownToThePerson() throws Exception {
        assertThat(publish("m-refused", "5", "devices/m-refused/telemetry", "-q", "1", "-m", "{x"))
                .contains("not JSON from byte 1");
        assertThat(publish("m-refused", "5", "elsewhere", "-q", "1", "-m", "{}"))
                .contains("Not authorized");
    }
}
