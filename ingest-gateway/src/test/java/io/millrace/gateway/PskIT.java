package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.gateway.psk.PskClient;
import io.millrace.gateway.transport.Way;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.PskMaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bouncycastle.tls.CipherSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over TLS-PSK, with OpenSSL's and Mosquitto's clients too. */
@Timeout(60)
class PskIT {
    private static final String MASTER = "5a".repeat(32);
    private static final byte[] CONNACK = {0x20, 2, 0, 0};

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static int port;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0, "identity.psk.master-key", MASTER);
        port = gateway.gateway().port(Way.MQTT_PSK);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static byte[] key(String device, int generation) {
        return PskMaster.parse(MASTER).key(new DeviceId(device), generation);
    }

    /** What command-service would write. */
    private static void enter(String id, boolean enabled, int generation) {
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                OptionalInt.of(generation),
                enabled,
                1,
                Instant.now());
        var unused =
                rig.send(new ProducerRecord<>(rig.topics.deviceRegistry(), id.getBytes(UTF_8), Json.write(record)));
    }

    /** 3.1.1, clean, without user name. */
    private static byte[] connect(String id) {
        byte[] packet = new byte[14 + id.length()];
        byte[] head = {0x10, (byte) (12 + id.length()), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, (byte) id.length()};
        System.arraycopy(head, 0, packet, 0, head.length);
        System.arraycopy(id.getBytes(UTF_8), 0, packet, head.length, id.length());
        return packet;
    }

    /** Until the gateway knows the device, its handshakes fail. */
    private static PskClient shakeHands(String id, int generation) {
        return await().ignoreExceptions()
                .until(
                        () -> new PskClient(port, id, key(id, generation), CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256),
                        client -> true);
    }

    private static Process run(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static boolean isThere(String command) throws Exception {
        try {
            Process process = run(command, "--help");
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PSK-AES128-GCM-SHA256",
                "PSK-AES256-GCM-SHA384",
                "PSK-AES128-CCM",
                "PSK-CHACHA20-POLY1305",
                "ECDHE-PSK-CHACHA20-POLY1305"
            })
    void openSslShakesHands(String suite) throws Exception {
        assumeTrue(isThere("openssl"), "no openssl on this machine");
        enter("psk-openssl", true, 3);
        shakeHands("psk-openssl", 3).close();
        Process process = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-psk_identity",
                        "psk-openssl",
                        "-psk",
                        HexFormat.of().formatHex(key("psk-openssl", 3)),
                        "-tls1_2",
                        "-cipher",
                        suite,
                        "-quiet")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().write(connect("psk-openssl"));
            process.getOutputStream().flush();
            assertThat(process.getInputStream().readNBytes(4)).isEqualTo(CONNACK);
        } finally {
            process.destroy();
        }
    }

    @Test
    void mosquittoPublishesAndAWrongKeyDoesNot() throws Exception {
        assumeTrue(isThere("mosquitto_pub"), "no mosquitto_pub on this machine");
        enter("psk-mosquitto", true, 1);
        shakeHands("psk-mosquitto", 1).close();
        for (int generation : new int[] {1, 2}) {
            Process process = run(
                    "mosquitto_pub",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "--psk-identity",
                    "psk-mosquitto",
                    "--psk",
                    HexFormat.of().formatHex(key("psk-mosquitto", generation)),
                    "--tls-version",
                    "tlsv1.2",
                    "-i",
                    "psk-mosquitto",
                    "-q",
                    "1",
                    "-t",
                    "devices/psk-mosquitto/telemetry",
                    "-m",
                    "{\"t\":1}");
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue() == 0).as(said).isEqualTo(generation == 1);
        }
    }

    @Test
    void tenBoardsAtOncePublishAndEachIsWhoItIs() throws Exception {
        List<String> boards = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            boards.add("psk-ten-" + i);
            enter("psk-ten-" + i, true, 1);
        }
        ExecutorService threads = Executors.newFixedThreadPool(10);
        try {
            List<CompletableFuture<Void>> all = boards.stream()
                    .map(id -> CompletableFuture.runAsync(() -> converse(id), threads))
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void converse(String id) {
        try (PskClient client = shakeHands(id, 1)) {
            client.out().write(connect(id));
            assertThat(client.in().readNBytes(4)).isEqualTo(CONNACK);
            for (int message = 1; message <= 20; message++) {
                String payload = "{\"pad\":\"" + "x".repeat(150 * message) + "\"}";
                client.out().write(RawClient.publish("devices/" + id + "/telemetry", payload, 1, message, false));
                assertThat(client.in().readNBytes(4)).isEqualTo(new byte[] {0x40, 2, 0, (byte) message});
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anotherClientIdIsRefused() throws IOException {
        enter("psk-own", true, 1);
        try (PskClient client = shakeHands("psk-own", 1)) {
            client.out().write(connect("psk-other"));
            assertThat(client.in().readNBytes(4)).isEqualTo(new byte[] {0x20, 2, 0, 2});
        }
    }

    @Test
    void aNewKeyEndsTheConnectionOfTheOldOne() throws IOException {
        enter("psk-rotated", true, 1);
        try (PskClient client = shakeHands("psk-rotated", 1)) {
            client.out().write(connect("psk-rotated"));
            assertThat(client.in().readNBytes(4)).isEqualTo(CONNACK);
            enter("psk-rotated", true, 2);
            assertThat(client.in().read()).isEqualTo(-1);
        }
        shakeHands("psk-rotated", 2).close();
        assertThatThrownBy(() -> new PskClient(
                        port, "psk-rotated", key("psk-rotated", 1), CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256))
                .isInstanceOf(IOException.class);
    }

    @Test
    void garbageEndsItsConnectionAndTheGatewayServesOn() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                // Begins like a handshake.
                System.arraycopy(new byte[] {22, 3, 1}, 0, garbage, 0, Math.min(3, garbage.length));
            }
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(garbage);
            }
        }
        enter("psk-after", true, 1);
        shakeHands("psk-after", 1).close();
    }

    @Test
    void withoutAMasterKeyThereIsNoListener() {
        GatewayRig.Running plain = rig.start(1);
        assertThat(plain.gateway().port(Way.MQTT_PSK)).isZero();
        rig.stop(plain);
    }
}
