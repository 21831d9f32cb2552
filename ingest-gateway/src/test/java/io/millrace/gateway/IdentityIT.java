package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.millrace.gateway.identity.Signer;
import io.millrace.schemas.JwtKey.Algorithm;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who comes in with a token, who is sent away when that is no good any more, and who is not even looked at. */
@Timeout(120)
class IdentityIT {
    private static final Logger log = LoggerFactory.getLogger(IdentityIT.class);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Signer ACME = new Signer(Algorithm.ES256);
    private static final Signer OWN = new Signer(Algorithm.ES256);

    @TempDir
    static Path folder;

    private static GatewayRig rig;
    private static GatewayRig.Running one;
    /** Also lets anonymous devices in. */
    private static GatewayRig.Running other;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("acme.pem"), ACME.pem());
        Path issuers = Files.writeString(folder.resolve("issuers.yaml"), "- {issuer: acme, keys: acme.pem}");
        rig = new GatewayRig();
        one = rig.start(
                0,
                "identity.jwt.issuers-file",
                issuers.toString(),
                "identity.jwt.clock-skew",
                "0s",
                "identity.failures.per-name",
                "50",
                "identity.failures.name-interval",
                "10s");
        other = rig.start(1, "identity.jwt.issuers-file", issuers.toString(), "security.allow-anonymous", "true");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static String token(Signer signer, String device, Duration life, String more) {
        long end = Instant.now().plus(life).getEpochSecond();
        return signer.sign("{\"sub\":\"" + device + "\",\"exp\":" + end + more + "}");
    }

    private static String issued(String device) {
        return token(ACME, device, Duration.ofHours(1), ",\"iss\":\"acme\"");
    }

    private static String own(String device) {
        return token(OWN, device, Duration.ofHours(1), "");
    }

    /** Connected, and why its connection will end. */
    private static CompletableFuture<Mqtt5DisconnectReasonCode> connected(
            GatewayRig.Running gateway, String id, Optional<String> password) {
        CompletableFuture<Mqtt5DisconnectReasonCode> end = new CompletableFuture<>();
        var builder = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(gateway.port())
                .identifier(id)
                .addDisconnectedListener(context -> {
                    if (context.getCause() instanceof Mqtt5DisconnectException told) {
                        end.complete(told.getMqttMessage().getReasonCode());
                    } else if (!(context.getCause() instanceof Mqtt5ConnAckException)) {
                        end.completeExceptionally(context.getCause());
                    }
                });
        if (password.isPresent()) {
            builder = builder.simpleAuth()
                    .username(id)
                    .password(password.get().getBytes(UTF_8))
                    .applySimpleAuth();
        }
        var client = builder.buildBlocking();
        await().ignoreExceptionsInstanceOf(Mqtt5ConnAckException.class).until(() -> client.connect() != null);
        return end;
    }

    private static HttpResponse<String> post(GatewayRig.Running gateway, String device, String authorization)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + gateway.gateway().httpPort() + "/devices/" + device + "/telemetry"))
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString("{\"t\":1}"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aTokenOpensWhateverTheUserNameSays() throws Exception {
        rig.putKeys("i-own", OWN.key(Optional.empty()));
        await().until(() -> post(one, "i-own", "Bearer " + own("i-own")).statusCode() == 202);
        for (String token : List.of(own("i-own"), issued("i-own"))) {
            var client = Clients.mqtt3(one, "i-own", "unused", token);
            var unused = client.connect();
            client.disconnect();
        }
        assertThat(post(one, "i-issued", "Bearer " + issued("i-issued")).statusCode())
                .isEqualTo(202);
        assertThat(post(one, "i-own", "Bearer " + issued("i-issued")).statusCode())
                .isEqualTo(403);
        assertThatThrownBy(() ->
                        Clients.mqtt5(one, "i-own", "i-own", issued("i-issued")).connect())
                .isInstanceOfSatisfying(Mqtt5ConnAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
    }

    @Test
    void aConnectionEndsWithItsToken() {
        String token = token(ACME, "i-short", Duration.ofSeconds(4), ",\"iss\":\"acme\"");
        assertThat(connected(one, "i-short", Optional.of(token)))
                .succeedsWithin(Duration.ofSeconds(30))
                .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void whoeverMayNoLongerIsDisconnectedAtOnceOnEveryGateway() throws Exception {
        for (GatewayRig.Running gateway : List.of(one, other)) {
            String at = gateway == one ? "-one" : "-other";
            rig.register("i-disabled" + at, "i-rotated" + at, "i-deleted" + at);
            rig.putKeys("i-key" + at, OWN.key(Optional.empty()));
            assertEnds(
                    gateway,
                    "i-disabled" + at,
                    Optional.of("pw-i-disabled" + at),
                    id -> rig.put(id, false, Optional.empty(), "pw-" + id));
            assertEnds(
                    gateway,
                    "i-rotated" + at,
                    Optional.of("pw-i-rotated" + at),
                    id -> rig.put(id, true, Optional.empty(), "new"));
            assertEnds(gateway, "i-deleted" + at, Optional.of("pw-i-deleted" + at), rig::delete);
            assertEnds(gateway, "i-key" + at, Optional.of(own("i-key" + at)), rig::putKeys);
        }
        assertEnds(other, "i-anonymous", Optional.empty(), rig::delete);
        var untouched = connected(other, "i-untouched", Optional.empty());

        var here = connected(one, "i-fleet-1", Optional.of(issued("i-fleet-1")));
        var there = connected(other, "i-fleet-2", Optional.of(issued("i-fleet-2")));
        long begin = System.nanoTime();
        Files.writeString(folder.resolve("issuers.yaml"), "[]");
        assertGone("issuer revoked, here", begin, here);
        assertGone("issuer revoked, there", begin, there);
        assertThat(untouched).isNotDone();
        Files.writeString(folder.resolve("issuers.yaml"), "- {issuer: acme, keys: acme.pem}");
        await().until(() ->
                post(one, "i-fleet-1", "Bearer " + issued("i-fleet-1")).statusCode() == 202);
    }

    private interface Change {
        void happensTo(String device);
    }

    private static void assertEnds(GatewayRig.Running gateway, String id, Optional<String> password, Change change) {
        var end = connected(gateway, id, password);
        long begin = System.nanoTime();
        change.happensTo(id);
        assertGone(id, begin, end);
    }

    /** 2 s are promised; a build machine may be slow. */
    private static void assertGone(String what, long begin, CompletableFuture<Mqtt5DisconnectReasonCode> end) {
        assertThat(end)
                .as(what)
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
        log.atWarn()
                .addKeyValue("what", what)
                .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
                .log("disconnected");
    }

    @Test
    void aBoardWithAWrongSecretIsNotLookedAtAndItsNeighboursAre() throws Exception {
        rig.register("i-wrong", "i-right");
        assertRefused3("i-wrong", "nonsense", Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD);
        await().pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertRefused3("i-wrong", "nonsense", Mqtt3ConnAckReturnCode.SERVER_UNAVAILABLE));
        assertThatThrownBy(() -> Clients.device5(one, "i-wrong"))
                .isInstanceOfSatisfying(Mqtt5ConnAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5ConnAckReasonCode.CONNECTION_RATE_EXCEEDED));
        HttpResponse<String> answer = post(one, "i-wrong", basic("i-wrong", "pw-i-wrong"));
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 11);
        assertThat(answer.body()).contains("too-many-failures");
        Clients.device5(one, "i-right").disconnect();
        Clients.device5(other, "i-wrong").disconnect();
        await().until(() -> one.count("gateway.connects", "outcome", "too-many-failures") >= 2);
    }

    private static void assertRefused3(String id, String password, Mqtt3ConnAckReturnCode expected) {
        assertThatThrownBy(() -> Clients.mqtt3(one, id, id, password).connect())
                .isInstanceOfSatisfying(
                        Mqtt3ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReturnCode()).isEqualTo(expected));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    @Test
    void aPollEndsWhenItsTokenExpires() throws Exception {
        String token = token(ACME, "jw-poll", Duration.ofSeconds(3), ",\"iss\":\"acme\"");
        HttpRequest poll = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + one.gateway().httpPort() + "/devices/jw-poll/commands?wait=30"))
                .header("Authorization", "Bearer " + token)
                .build();
        // If it did not, 204 would come after 30 seconds.
        assertThat(HttpClient.newHttpClient()
                        .send(poll, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
    }
}
