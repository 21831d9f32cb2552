package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MQTT, WebSocket and HTTP over TLS, and certificates that change while the gateway runs. */
@Timeout(60)
class TlsIT {
    private static final TestCa CA = new TestCa("it");

    @TempDir
    private static Path directory;

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    @BeforeAll
    static void start() {
        CA.issueForGateway("first").writeTo(directory);
        rig = new GatewayRig();
        gateway = rig.start(0, tls("mqtt.tls.reload", "100ms", "mqtt.tls.handshake-timeout", "1s"));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static String[] tls(String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "mqtt.tls.certificate",
                directory.resolve("tls.crt").toString(),
                "mqtt.tls.key",
                directory.resolve("tls.key").toString()));
        settings.addAll(List.of(more));
        return settings.toArray(String[]::new);
    }

    private static Mqtt3ClientBuilder client(GatewayRig.Running at, Way way, String id, String protocol) {
        return Mqtt3Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(at.gateway().port(way))
                .identifier(id)
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(CA.trust())
                        .protocols(List.of(protocol))
                        .build())
                .simpleAuth()
                .username(id)
                .password(("pw-" + id).getBytes(UTF_8))
                .applySimpleAuth();
    }

    private static void publish(Mqtt3BlockingClient client, String id) {
        var unused = client.connect();
        client.publishWith()
                .topic("devices/" + id + "/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"t\":1}".getBytes(UTF_8))
                .send();
        client.disconnect();
    }

    /** The certificate that a new connection is shown. */
    private static String shown() throws IOException {
        try (SSLSocket socket = (SSLSocket) CA.context()
                .getSocketFactory()
                .createSocket("127.0.0.1", gateway.gateway().port(Way.MQTT_TLS))) {
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void bothEnginesAndBothVersionsCarryReadings() {
        rig.register("tls-a");
        GatewayRig.Running jdk = rig.start(1, tls("mqtt.tls.engine", "jdk"));
        for (GatewayRig.Running one : List.of(gateway, jdk)) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                publish(client(one, Way.MQTT_TLS, "tls-a", protocol).buildBlocking(), "tls-a");
            }
            assertThat(one.count("gateway.tls.handshakes", "outcome", "done")).isGreaterThanOrEqualTo(2);
        }
        rig.stop(jdk);
    }

    @Test
    void webSocketsAreSecureToo() {
        rig.register("tls-ws");
        publish(
                client(gateway, Way.WEB_SOCKET_TLS, "tls-ws", "TLSv1.2")
                        .webSocketConfig(
                                MqttWebSocketConfig.builder().serverPath("ws").build())
                        .buildBlocking(),
                "tls-ws");
    }

    @Test
    void soIsDeviceHttp() throws Exception {
        rig.register("tls-h");
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "https://127.0.0.1:" + gateway.gateway().port(Way.HTTP_TLS) + "/devices/tls-h/telemetry"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("tls-h:pw-tls-h".getBytes(UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString("{\"t\":1}"))
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .sslContext(CA.context())
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }

    @Test
    void aNewCertificateIsForNewConnectionsAndABadOneForNone() throws IOException {
        rig.register("tls-stays");
        Mqtt3BlockingClient before =
                client(gateway, Way.MQTT_TLS, "tls-stays", "TLSv1.2").buildBlocking();
        var unused = before.connect();

        CA.issueForGateway("second").writeTo(directory);
        await().untilAsserted(() -> assertThat(shown()).isEqualTo("CN=second"));
        double failed = gateway.count("gateway.tls.reloads", "outcome", "failed");

        Files.writeString(directory.resolve("tls.crt"), "nothing of use");
        await().until(() -> gateway.count("gateway.tls.reloads", "outcome", "failed") > failed);
        assertThat(shown()).isEqualTo("CN=second");
        assertThat(gateway.gauge("gateway.tls.certificate.expiry")).isGreaterThan(System.currentTimeMillis() / 1000.0);

        CA.issueForGateway("third").writeTo(directory);
        await().untilAsserted(() -> assertThat(shown()).isEqualTo("CN=third"));
        before.publishWith()
                .topic("devices/tls-stays/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"t\":1}".getBytes(UTF_8))
                .send();
        before.disconnect();
    }

    /** A mounted secret: the files are links through {@code ..data}, which is turned to a new directory in one step. */
    @Test
    void aSecretThatKubernetesReplacesIsNoticed(@TempDir Path mount) throws IOException {
        Path first = Files.createDirectory(mount.resolve("..1"));
        CA.issueForGateway("mounted-1").writeTo(first);
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        for (String name : List.of("tls.crt", "tls.key")) {
            Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
        }
        GatewayRig.Running mounted = rig.start(
                1,
                "mqtt.tls.certificate",
                mount.resolve("tls.crt").toString(),
                "mqtt.tls.key",
                mount.resolve("tls.key").toString(),
                "mqtt.tls.reload",
                "100ms");
        Path second = Files.createDirectory(mount.resolve("..2"));
        CA.issueForGateway("mounted-2").writeTo(second);
        Path turned = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(turned, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> mounted.count("gateway.tls.reloads", "outcome", "done") == 1);
        rig.stop(mounted);
    }

    @Test
    void whoSpeaksPlainOrNotAtAllIsLeft() throws IOException {
        double failed = gateway.count("gateway.tls.handshakes", "outcome", "failed");
        try (RawClient plain = new RawClient(gateway.gateway().port(Way.MQTT_TLS));
                RawClient silent = new RawClient(gateway.gateway().port(Way.MQTT_TLS))) {
            plain.send(RawClient.connect("tls-plain", "tls-plain", "pw"));
            assertThat(plain.isClosedByServer()).isTrue();
            assertThat(silent.isClosedByServer()).isTrue();
        }
        await().until(() -> gateway.count("gateway.tls.handshakes", "outcome", "failed") >= failed + 2);
    }

    @Test
    void whatIsNotListedIsNotOpen() {
        GatewayRig.Running few = rig.start(1, tls("gateway.listeners", "mqtts,https"));
        assertThat(few.gateway().port(Way.MQTT)).isZero();
        assertThat(few.gateway().port(Way.HTTP)).isZero();
        assertThat(few.gateway().port(Way.WEB_SOCKET_TLS)).isZero();
        assertThat(few.gateway().port(Way.MQTT_TLS)).isPositive();
        assertThat(few.gateway().port(Way.HTTP_TLS)).isPositive();
        rig.stop(few);
        GatewayRig.Running plain = rig.start(1);
        assertThat(plain.gateway().port(Way.MQTT_TLS)).isZero();
        rig.stop(plain);
    }

    @Test
    void aGatewayDoesNotStartWithACertificateThatItCannotUse() {
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> rig.start(
                        1,
                        "mqtt.tls.certificate",
                        missing.toString(),
                        "mqtt.tls.key",
                        directory.resolve("tls.key").toString()))
                .isInstanceOf(StartException.class)
                .hasMessage(missing + ": cannot be read: NoSuchFileException");
        assertThatThrownBy(() -> rig.start(1, "mqtt.tls.certificate", missing.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected mqtt.tls.certificate and mqtt.tls.key together");
    }
}
