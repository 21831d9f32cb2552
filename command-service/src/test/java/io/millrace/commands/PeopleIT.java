package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People, their logins and what ends them, on two instances behind a proxy that is trusted. */
@Timeout(90)
class PeopleIT {
    /** How long another instance may still believe what this one has revoked, and some patience. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static Fleet fleet;
    private static CommandService second;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("http.trusted-proxies", "127.0.0.1,10.0.0.0/8"));
        second = fleet.addService();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aUserIsMadeFoundChangedAndRemoved() {
        Reply created = user("grace", "viewer");
        assertThat(created.http().headers().firstValue("Location")).contains("/api/v1/users/grace");
        assertThat(fleet.call("GET", "/users/grace").json().has("lastLoginAt")).isFalse();
        String token =
                login("grace", "nanosecond", "192.0.2.1").json().get("token").asText();
        assertThat(fleet.call("GET", "/users/grace").json().has("lastLoginAt")).isTrue();
        assertThat(me(fleet.service(), token).json().toString())
                .isEqualTo("{\"kind\":\"user\",\"name\":\"grace\",\"role\":\"viewer\"}");
        assertThat(me(second, token).status()).isEqualTo(200);

        Reply promoted = fleet.call("PATCH", "/users/grace", "{\"role\":\"operator\"}");
        assertThat(promoted.json().get("role").asText()).isEqualTo("operator");
        assertThat(me(fleet.service(), token).json().get("role").asText())
                .as("the token she has counts as what she is now")
                .isEqualTo("operator");

        assertThat(fleet.call("DELETE", "/users/grace").status()).isEqualTo(204);
        assertThat(me(fleet.service(), token).status()).isEqualTo(401);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(me(second, token).status()).isEqualTo(401));
        assertThat(fleet.call("GET", "/users/grace").status()).isEqualTo(404);
        assertThat(fleet.call("PATCH", "/users/grace", "{\"enabled\":true}").status())
                .isEqualTo(404);
        assertThat(fleet.call("DELETE", "/users/grace").status()).isEqualTo(404);

        user("grace", "viewer");
        assertThat(me(fleet.service(), token).status())
                .as("another of that name is somebody else")
                .isEqualTo(401);
    }

    @Test
    void usersAndKeysComeInPages() {
        for (String name : List.of("p1", "p2", "p3")) {
            fleet.call("POST", "/api-keys", "{\"name\":\"page-" + name + "\",\"role\":\"viewer\"}");
        }
        JsonNode first = fleet.call("GET", "/api-keys?limit=2").json();
        JsonNode second = fleet.call(
                        "GET",
                        "/api-keys?limit=1000&cursor=" + first.get("nextCursor").asText())
                .json();
        assertThat(first.get("items")).hasSize(2);
        assertThat(second.get("items").size()).isGreaterThanOrEqualTo(1);
        assertThat(second.get("items").findValuesAsText("name"))
                .doesNotContainAnyElementsOf(first.get("items").findValuesAsText("name"));
        assertThat(fleet.call("GET", "/users?limit=1").json().get("items")).hasSize(1);
    }

    @Test
    void theLastAdminStaysWhoeverAsksAtOnce() {
        for (String change : List.of("{\"role\":\"viewer\"}", "{\"enabled\":false}")) {
            Reply refused = fleet.call("PATCH", "/users/admin", change);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().get("code").asText()).isEqualTo("last-admin");
        }
        assertThat(fleet.call("DELETE", "/users/admin").status()).isEqualTo(409);

        user("deputy", "admin");
        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<Reply>> both = List.of(
                    CompletableFuture.supplyAsync(
                            () -> on(fleet.service(), "PATCH", "/users/admin", "{\"enabled\":false}")),
                    CompletableFuture.supplyAsync(() -> on(second, "PATCH", "/users/deputy", "{\"role\":\"viewer\"}")));
            assertThat(both.stream().map(CompletableFuture::join).map(Reply::status))
                    .containsExactlyInAnyOrder(200, 409);
            fleet.call("PATCH", "/users/admin", "{\"enabled\":true}");
            fleet.call("PATCH", "/users/deputy", "{\"role\":\"admin\"}");
        }
        assertThat(fleet.call("DELETE", "/users/deputy").status()).isEqualTo(204);
    }

    @Test
    void anotherPasswordEndsEveryLogin() {
        user("linus", "operator");
        JsonNode phone = login("linus", "nanosecond", "192.0.2.2").json();
        JsonNode desk = login("linus", "nanosecond", "192.0.2.3").json();

        Reply wrong = own(desk, "wrong horse", "second password");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.json().get("code").asText()).isEqualTo("wrong-password");
        Reply changed = own(desk, "nanosecond", "second password");
        assertThat(changed.status()).as(changed.json().toString()).isEqualTo(200);

        for (JsonNode old : List.of(phone, desk)) {
            assertThat(me(fleet.service(), text(old, "token")).status()).isEqualTo(401);
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(me(second, text(old, "token")).status()).isEqualTo(401));
            assertThat(refresh(text(old, "refreshToken")).status()).isEqualTo(401);
        }
        assertThat(me(second, text(changed.json(), "token")).status()).isEqualTo(200);
        assertThat(login("linus", "nanosecond", "192.0.2.2").status()).isEqualTo(401);

        fleet.call("PATCH", "/users/linus", "{\"password\":\"third password\"}");
        assertThat(me(fleet.service(), text(changed.json(), "token")).status()).isEqualTo(401);
        assertThat(login("linus", "third password", "192.0.2.2").status()).isEqualTo(200);
    }

    @Test
    void whoIsDisabledIsOutAtOnceAndNotBackByBeingEnabled() {
        user("mallory", "operator");
        JsonNode pair = login("mallory", "nanosecond", "192.0.2.4").json();

        fleet.call("PATCH", "/users/mallory", "{\"enabled\":false}");
        assertThat(me(fleet.service(), text(pair, "token")).status()).isEqualTo(401);
        assertThat(login("mallory", "nanosecond", "192.0.2.4").status()).isEqualTo(401);
        fleet.call("PATCH", "/users/mallory", "{\"enabled\":true}");
        assertThat(me(fleet.service(), text(pair, "token")).status()).isEqualTo(401);
        assertThat(refresh(text(pair, "refreshToken")).status()).isEqualTo(401);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndAThiefEndsTheLogin() {
        user("joan", "viewer");
        JsonNode first = login("joan", "nanosecond", "192.0.2.5").json();
        Reply next = refresh(text(first, "refreshToken"));
        assertThat(next.status()).isEqualTo(200);
        assertThat(text(next.json(), "refreshToken")).isNotEqualTo(text(first, "refreshToken"));
        assertThat(next.json().get("expiresIn").asInt()).isEqualTo(900);

        Reply stolen = refresh(text(first, "refreshToken"));
        assertThat(stolen.status()).isEqualTo(401);
        assertThat(stolen.json().get("code").asText()).isEqualTo("unknown-refresh-token");
        assertThat(refresh(text(next.json(), "refreshToken")).status()).isEqualTo(401);
        assertThat(me(fleet.service(), text(next.json(), "token")).status()).isEqualTo(401);
        assertThat(fleet.call("GET", "/audit?operation=refreshToken&user=joan")
                        .json()
                        .get("items"))
                .hasSize(1);
    }

    @Test
    void ofManyThatRefreshAtOnceOneAtMostSucceeds() {
        user("ken", "viewer");
        String token = text(login("ken", "nanosecond", "192.0.2.6").json(), "refreshToken");

        List<CompletableFuture<Reply>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> refresh(token)))
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).filter(reply -> reply.status() == 200))
                .hasSize(1);
    }

    @Test
    void whoLogsOutIsOut() {
        user("barbara", "viewer");
        JsonNode pair = login("barbara", "nanosecond", "192.0.2.7").json();
        String body = "{\"refreshToken\":\"" + text(pair, "refreshToken") + "\"}";
        assertThat(me(second, text(pair, "token")).status()).isEqualTo(200);

        assertThat(fleet.callWith("", "POST", "/logout", body).status()).isEqualTo(204);
        assertThat(me(fleet.service(), text(pair, "token")).status()).isEqualTo(401);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(me(second, text(pair, "token")).status()).isEqualTo(401));
        assertThat(fleet.callWith("", "POST", "/logout", body).status())
                .as("says nothing")
                .isEqualTo(204);
    }

    @Test
    void guessersAreKeptOutAndTheOneWhoIsKnownIsNot() {
        user("edsger", "viewer");
        assertThat(login("edsger", "nanosecond", "192.0.2.8").status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(login("edsger", "guess " + i, "203.0.113.66").status()).isEqualTo(401);
        }
        Reply limited = login("edsger", "nanosecond", "203.0.113.66");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.http().headers().firstValue("Retry-After")).isPresent();
        assertThat(login("edsger", "nanosecond", "192.0.2.8").status()).isEqualTo(200);
    }

    @Test
    void aKeySaysWhenItWasUsedLastAndIsRefusedOnEveryInstanceSoonAfterItsRevocation() {
        JsonNode key = fleet.call("POST", "/api-keys", "{\"name\":\"robot\",\"role\":\"viewer\"}")
                .json();
        assertThat(me(fleet.service(), text(key, "key")).json().get("kind").asText())
                .isEqualTo("api-key");
        assertThat(me(second, text(key, "key")).status()).isEqualTo(200);
        assertThat(me(second, text(key, "key") + "x").status()).isEqualTo(401);
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        fleet.call("GET", "/api-keys?limit=1000").json().get("items"))
                .anyMatch(item -> text(item, "name").equals("robot") && item.has("lastUsedAt")));

        assertThat(on(fleet.service(), "DELETE", "/api-keys/" + text(key, "id"), "")
                        .status())
                .isEqualTo(204);
        assertThat(me(fleet.service(), text(key, "key")).status()).isEqualTo(401);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(me(second, text(key, "key")).status()).isEqualTo(401));
    }

    @Test
    void aProgramHasNoPasswordToChange() {
        Reply refused = fleet.call(
                "PUT", "/users/me/password", "{\"oldPassword\":\"nanosecond\",\"newPassword\":\"nanosecond2\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("code").asText()).isEqualTo("no-password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    POST  | /users             | {"username":"me","password":"nanosecond","role":"viewer"}           | username
                    POST  | /users             | {"username":"a'b","password":"nanosecond","role":"viewer"}          | username
                    POST  | /users             | {"username":"u","password":"nanosecond","role":"provisioning"}      | role
                    POST  | /users             | {"username":"u","password":"üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü","role":"viewer"} | password
                    PATCH | /users/admin       | {"role":"king"}                                                     | role
                    PATCH | /users/admin       | {"enabled":"yes"}                                                   | enabled
                    PATCH | /users/admin       | {"password":"short"}                                                | password
                    PATCH | /users/admin       | {"username":"root"}                                                 | username
                    PUT   | /users/me/password | {"oldPassword":"x"}                                                 | newPassword
                    PUT   | /users/me/password | {"oldPassword":"x","newPassword":"short"}                           | newPassword
                    POST  | /login             | {"username":"admin"}                                                | password
                    POST  | /token/refresh     | {}                                                                  | refreshToken
                    POST  | /logout            | {"refreshToken":7}                                                  | refreshToken
                    GET   | /users?limit=9999  |                                                                     | limit
                    GET   | /audit?from=today  |                                                                     | from
                    GET   | /audit?cursor=eDE  |                                                                     | cursor
                    GET   | /audit?who=admin   |                                                                     | who
                    """)
    void badInputNamesTheField(String method, String path, String body, String field) {
        Reply reply = fleet.call(method, path, body == null ? "" : body);

        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%27%20or%201%3D1", "%00", "%3Cscript%3E", "a%2Fb"})
    void aNameThatCannotBeIsNobodys(String name) {
        assertThat(fleet.call("GET", "/users/" + name).status()).isIn(400, 404);
        assertThat(fleet.call("DELETE", "/users/" + name).status()).isIn(400, 404);
        assertThat(fleet.call("DELETE", "/api-keys/" + name).status()).isIn(400, 404);
        assertThat(fleet.call("GET", "/audit?user=" + name).status()).isIn(200, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mrr_", "mrr_x", "mrr__", "mr_abc", "", "mrr_' or 1=1 --_x"})
    void whatIsNoRefreshTokenIsRefused(String token) {
        assertThat(refresh(token).status()).isIn(400, 401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mr_",
                "mr_abcdefghijkl_",
                "a.b.c",
                "eyJhbGciOiJub25lIn0.eyJpc3MiOiJtaWxscmFjZSIsInN1YiI6ImFkbWluIn0."
            })
    void whatIsNoTokenIsRefused(String bearer) {
        assertThat(me(fleet.service(), bearer).status()).isEqualTo(401);
    }

    @Test
    void onlyAdminsManagePeople() {
        user("viewer", "viewer");
        String bearer =
                "Bearer " + text(login("viewer", "nanosecond", "192.0.2.9").json(), "token");
        for (String[] call : new String[][] {
            {"GET", "/users"},
            {"GET", "/users/admin"},
            {"PATCH", "/users/admin"},
            {"DELETE", "/users/admin"},
            {"GET", "/api-keys"},
            {"POST", "/api-keys"},
            {"DELETE", "/api-keys/x"},
            {"GET", "/audit"}
        }) {
            String body = call[0].startsWith("P") ? "{}" : "";
            assertThat(fleet.callWith(bearer, call[0], call[1], body).status())
                    .as(String.join(" ", call))
                    .isEqualTo(403);
            assertThat(fleet.callWith("", call[0], call[1], body).status())
                    .as(String.join(" ", call))
                    .isEqualTo(401);
        }
    }

    private static Reply user(String name, String role) {
        Reply created = fleet.call(
                "POST",
                "/users",
                "{\"username\":\"" + name + "\",\"password\":\"nanosecond\",\"role\":\"" + role + "\"}");
        assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
        return created;
    }

    private static Reply login(String username, String password, String address) {
        return fleet.callWith(
                "",
                "POST",
                "/login",
                "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}",
                "X-Forwarded-For",
                "1.2.3.4, " + address);
    }

    private static Reply own(JsonNode pair, String old, String fresh) {
        return fleet.callWith(
                "Bearer " + text(pair, "token"),
                "PUT",
                "/users/me/password",
                "{\"oldPassword\":\"" + old + "\",\"newPassword\":\"" + fresh + "\"}",
                "X-Forwarded-For",
                "192.0.2.3");
    }

    private static Reply refresh(String token) {
        return fleet.callWith("", "POST", "/token/refresh", "{\"refreshToken\":\"" + token + "\"}");
    }

    private static Reply me(CommandService service, String bearer) {
        return fleet.send(request(service, "GET", "/me", "")
                .setHeader("Authorization", "Bearer " + bearer)
                .build());
    }

    private static Reply on(CommandService service, String method, String path, String body) {
        return fleet.send(request(service, method, path, body).build());
    }

    private static HttpRequest.Builder request(CommandService service, String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + "/api/v1" + path))
                .header("Authorization", "Bearer " + fleet.key())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    private static String text(JsonNode json, String field) {
        return json.get(field).asText();
    }
}
