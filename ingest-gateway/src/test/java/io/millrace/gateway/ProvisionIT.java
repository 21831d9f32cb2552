package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A new device gets its secret; the test is command-service. */
@Timeout(60)
class ProvisionIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "mr_line_0123456789";

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail enrolments;

    @BeforeAll
    static void start() throws Exception {
        rig = new GatewayRig();
        gateway = rig.start(0);
        enrolments = rig.tail(rig.topics.deviceEnrolments());
        rig.key("line", Role.PROVISIONING, KEY);
        rig.key("ops", Role.ADMIN, "mr_ops_0123456789");
        await().until(() -> ask("Bearer " + KEY, "{}").get().statusCode() == 400);
    }

    @AfterAll
    static void stop() {
        enrolments.close();
        rig.close();
    }

    private static CompletableFuture<HttpResponse<String>> ask(String authorization, String body) {
        return ask(gateway, authorization, body);
    }

    private static CompletableFuture<HttpResponse<String>> ask(
            GatewayRig.Running at, String authorization, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + at.gateway().httpPort() + "/provision"))
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String wish(String id, String... more) {
        return "{\"deviceId\":\"" + id + "\"" + String.join("", more) + "}";
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(Json.read(answer.body().getBytes(UTF_8), JsonNode.class)
                        .path("code")
                        .asText())
                .isEqualTo(code);
    }

    private static Enrolment awaitWish(String id) {
        return Json.read(enrolments.await(r -> id.equals(Tail.key(r))).value(), Enrolment.class);
    }

    @Test
    void aNewDeviceIsToldItsSecretAndCanUseItAtOnce() throws Exception {
        var asked = ask("Bearer " + KEY, wish("p-new", ",\"type\":\"sensor\""));
        Enrolment wish = awaitWish("p-new");
        assertThat(wish.keyId()).contains("line");
        assertThat(wish.type()).contains("sensor");
        assertThat(asked).isNotDone();
        rig.enter("p-new", wish.secret().orElseThrow());
        HttpResponse<String> answer = asked.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
        JsonNode told = Json.read(answer.body().getBytes(UTF_8), JsonNode.class);
        assertThat(told.path("deviceId").asText()).isEqualTo("p-new");
        var client =
                Clients.mqtt3(gateway, "p-new", "p-new", told.path("secret").asText());
        var unused = client.connect();
        client.disconnect();

        assertProblem(ask("Bearer " + KEY, wish("p-new")).get(), 409, "device-exists");
    }

    @Test
    void aDeviceWithASecretOfItsOwnMayAskUntilItHearsTheAnswer() throws Exception {
        String mine = ",\"secret\":\"made-on-the-board-1\"";
        var asked = ask("Bearer " + KEY, wish("p-own", mine));
        rig.enter("p-own", awaitWish("p-own").secret().orElseThrow());
        assertThat(asked.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        HttpResponse<String> again = ask("Bearer " + KEY, wish("p-own", mine)).get();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("made-on-the-board-1");
        assertProblem(
                ask("Bearer " + KEY, wish("p-own", ",\"secret\":\"made-somewhere-else\""))
                        .get(),
                409,
                "device-exists");
    }

    @Test
    void onlyAProvisioningKeyOpens() throws Exception {
        rig.register("p-known");
        assertProblem(ask("Bearer mr_line_wrong", wish("p-x")).get(), 401, "unauthorized");
        assertProblem(ask("Bearer nothing", wish("p-x")).get(), 401, "unauthorized");
        assertProblem(ask("Bearer mr_ops_0123456789", wish("p-x")).get(), 403, "not-authorized");
        String device = Base64.getEncoder().encodeToString("p-known:pw-p-known".getBytes(UTF_8));
        assertProblem(ask("Basic " + device, wish("p-x")).get(), 401, "unauthorized");
        assertProblem(ask("Bearer " + KEY, wish("p-known")).get(), 409, "device-exists");
    }

    @Test
    void aWishThatIsNoneIsRefused() throws Exception {
        for (String body : new String[] {
            "[]", "nothing", wish("a/b"), wish("p-x", ",\"secret\":\"short\""), wish("p-x", ",\"type\":1")
        }) {
            assertProblem(ask("Bearer " + KEY, body).get(), 400, "invalid-provisioning");
        }
    }

    @Test
    void aKeyThatAsksTooFastIsToldToComeLaterAndAnotherIsNot() throws Exception {
        GatewayRig.Running slow = rig.start(1, "provisioning.requests-per-second", "1");
        rig.key("line-2", Role.PROVISIONING, "mr_line-2_0123456789");
        await().until(() -> ask(slow, "Bearer " + KEY, "{}").get().statusCode() == 429);
        HttpResponse<String> answer = ask(slow, "Bearer " + KEY, "{}").get();
        assertProblem(answer, 429, "rate-limited");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        await().until(() -> ask(slow, "Bearer mr_line-2_0123456789", "{}").get().statusCode() == 400);
        rig.stop(slow);
    }

    @Test
    void aSourceThatGuessesKeysIsNotLookedAtForAWhile() throws Exception {
        GatewayRig.Running strict =
                rig.start(1, "identity.failures.per-name", "2", "identity.failures.name-interval", "1h");
        await().until(() -> ask(strict, "Bearer " + KEY, "{}").get().statusCode() == 400);
        for (int i = 0; i < 2; i++) {
            assertProblem(ask(strict, "Bearer mr_line_guess" + i, "{}").get(), 401, "unauthorized");
        }
        HttpResponse<String> answer = ask(strict, "Bearer mr_line_guess3", "{}").get();
        assertProblem(answer, 429, "too-many-failures");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        rig.stop(strict);
    }
}
