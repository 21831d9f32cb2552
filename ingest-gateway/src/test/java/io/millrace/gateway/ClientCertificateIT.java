package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.millrace.gateway.TestCa.Issued;
import io.millrace.gateway.transport.Way;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Boards that show a certificate instead of a secret. */
@Timeout(60)
class ClientCertificateIT {
    private static final TestCa CA = new TestCa("gateways");
    private static final TestCa BOARDS = new TestCa("boards");

    @TempDir
    private static Path directory;

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail enrolments;

    @BeforeAll
    static void start() throws IOException {
        CA.issueForGateway("gateway").writeTo(directory);
        Files.writeString(directory.resolve("boards.pem"), BOARDS.pem());
        rig = new GatewayRig();
        gateway = rig.start(0, settings("identity.certificate.register", "true"));
        enrolments = rig.tail(rig.topics.deviceEnrolments());
    }

    @AfterAll
    static void stop() {
        enrolments.close();
        rig.close();
    }

    private static String[] settings(String key, String value) {
        return new String[] {
            "mqtt.tls.certificate",
            directory.resolve("tls.crt").toString(),
            "mqtt.tls.key",
            directory.resolve("tls.key").toString(),
            "mqtt.tls.client-ca",
            directory.resolve("boards.pem").toString(),
            key,
            value
        };
    }

    private static Mqtt5ClientBuilder client(GatewayRig.Running at, String clientId, Issued own) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(at.gateway().port(Way.MQTT_TLS))
                .identifier(clientId)
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(CA.trust())
                        .keyManagerFactory(CA.keys(own))
                        .build());
    }

    private static void assertRefused(String clientId, Issued own, Mqtt5ConnAckReasonCode expected) {
        assertThatThrownBy(() -> client(gateway, clientId, own).buildBlocking().connect())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReasonCode()).isEqualTo(expected));
    }

    /** What command-service would write of a device. */
    private static void enter(String id, boolean enabled, String... fingerprints) {
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(fingerprints),
                OptionalInt.empty(),
                enabled,
                1,
                Instant.now());
        var unused =
                rig.send(new ProducerRecord<>(rig.topics.deviceRegistry(), id.getBytes(UTF_8), Json.write(record)));
    }

    private static String fingerprint(Issued of) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(of.certificate().getEncoded()));
    }

    private static boolean connects(Issued own, String id) {
        Mqtt5BlockingClient client = client(gateway, id, own).buildBlocking();
        try {
            var unused = client.connect();
            client.disconnect();
            return true;
        } catch (Mqtt5ConnAckException e) {
            return false;
        }
    }

    @Test
    void aProvisioningKeyGetsNoSecretForADeviceThatLivesByItsCertificate() throws Exception {
        String key = "mr_line_0123456789";
        rig.key("line", Role.PROVISIONING, key);
        await().until(() -> provision(key, "{}").statusCode() == 400);
        Mqtt5BlockingClient client =
                client(gateway, "cc-live", BOARDS.issue("cc-live")).buildBlocking();
        var unused = client.connect();

        HttpResponse<String> answer = provision(key, "{\"deviceId\":\"cc-live\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains("device-exists").doesNotContain("secret");
        client.disconnect();
    }

    private static HttpResponse<String> provision(String key, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.gateway().httpPort() + "/provision"))
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aCertificateIsEnoughAndTheNewDeviceIsEnrolledOnRequest() {
        Mqtt5BlockingClient client =
                client(gateway, "cc-new", BOARDS.issue("cc-new")).buildBlocking();
        var unused = client.connect();
        var record = enrolments.await(r -> "cc-new".equals(Tail.key(r)));
        assertThat(Json.read(record.value(), Enrolment.class).source()).isEqualTo(Enrolment.Source.CERTIFICATE);
        client.disconnect();
        Issued byUri = BOARDS.issue(
                "", new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://fleet.example/board/cc-uri"));
        assertThat(connects(byUri, "cc-uri")).isTrue();
    }

    @Test
    void anotherClientIdOrANameThatIsNoDevicesIsRefused() {
        assertRefused("cc-other", BOARDS.issue("cc-one"), Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        assertRefused("cc-x", BOARDS.issue("not a device"), Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aForeignOrExpiredCertificateDoesNotComePastTls() {
        Issued foreign = new TestCa("boards").issue("cc-foreign");
        Issued expired = BOARDS.issue("EC", "cc-expired", Instant.now().minusSeconds(60));
        for (Issued bad : List.of(foreign, expired)) {
            double failed = gateway.count("gateway.tls.handshakes", "outcome", "failed");
            assertThatThrownBy(
                            () -> client(gateway, "cc-bad", bad).buildBlocking().connect())
                    .isNotInstanceOf(Mqtt5ConnAckException.class);
            await().until(() -> gateway.count("gateway.tls.handshakes", "outcome", "failed") > failed);
        }
    }

    @Test
    void onlyThePinnedCertificateOpensAndADisabledDeviceIsDisconnected() throws Exception {
        Issued right = BOARDS.issue("cc-pin");
        Issued other = BOARDS.issue("cc-pin");
        enter("cc-pin", true, fingerprint(right));
        await().until(() -> !connects(other, "cc-pin"));
        Mqtt5BlockingClient client = client(gateway, "cc-pin", right).buildBlocking();
        var unused = client.connect();
        enter("cc-pin", false, fingerprint(right));
        await().until(() -> !client.getState().isConnected());
        assertRefused("cc-pin", right, Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aSecretServesWhereACertificateIsOptional() {
        rig.register("cc-secret");
        GatewayRig.Running strict = rig.start(1, settings("mqtt.tls.client-certificate", "required"));
        for (GatewayRig.Running one : List.of(gateway, strict)) {
            Mqtt5BlockingClient client = MqttClient.builder()
                    .useMqttVersion5()
                    .serverHost("127.0.0.1")
                    .serverPort(one.gateway().port(Way.MQTT_TLS))
                    .identifier("cc-secret")
                    .sslConfig(MqttClientSslConfig.builder()
                            .trustManagerFactory(CA.trust())
                            .build())
                    .simpleAuth()
                    .username("cc-secret")
                    .password("pw-cc-secret".getBytes(UTF_8))
                    .applySimpleAuth()
                    .buildBlocking();
            if (one == gateway) {
                var unused = client.connect();
                client.disconnect();
            } else {
                assertThatThrownBy(client::connect).isNotInstanceOf(Mqtt5ConnAckException.class);
            }
        }
        rig.stop(strict);
    }

    @Test
    void deviceHttpTakesCertificatesToo() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                CA.keys(BOARDS.issue("cc-http")).getKeyManagers(), CA.trust().getTrustManagers(), null);
        HttpClient http = HttpClient.newBuilder().sslContext(context).build();
        for (String device : List.of("cc-http", "cc-another")) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:"
                            + gateway.gateway().port(Way.HTTP_TLS) + "/devices/" + device + "/telemetry"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"t\":1}"))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(device.equals("cc-http") ? 202 : 403);
        }
    }
}
