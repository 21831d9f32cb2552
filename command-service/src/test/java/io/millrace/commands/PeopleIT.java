package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People and programs, on two instances. */
@Timeout(90)
class PeopleIT {
    private static People people;

    @BeforeAll
    static void start() throws SQLException {
        people = new People(Neighbours.get().newFleet());
    }

    @AfterAll
    static void stop() {
        people.close();
    }

    @Test
    void aUserIsMadeFoundChangedAndRemoved() {
        Reply created = people.user("grace", "viewer");
        assertThat(created.http().headers().firstValue("Location")).contains("/api/v1/users/grace");
        assertThat(people.fleet.call("GET", "/users/grace").json().has("lastLoginAt"))
                .isFalse();
        String token = people.login("grace", "nanosecond", "192.0.2.1")
                .json()
                .get("token")
                .asText();
        assertThat(people.fleet.call("GET", "/users/grace").json().has("lastLoginAt"))
                .isTrue();
        assertThat(people.me(people.fleet.service(), token).json().toString())
                .isEqualTo("{\"kind\":\"user\",\"name\":\"grace\",\"role\":\"viewer\"}");
        assertThat(people.me(people.second, token).status()).isEqualTo(200);

        Reply promoted = people.fleet.call("PATCH", "/users/grace", "{\"role\":\"operator\"}");
        assertThat(promoted.json().get("role").asText()).isEqualTo("operator");
        assertThat(people.me(people.fleet.service(), token).json().get("role").asText())
                .as("the token she has counts as what she is now")
                .isEqualTo("operator");

        assertThat(people.fleet.call("DELETE", "/users/grace").status()).isEqualTo(204);
        assertThat(people.me(people.fleet.service(), token).status()).isEqualTo(401);
        await().atMost(People.SOON)
                .untilAsserted(() ->
                        assertThat(people.me(people.second, token).status()).isEqualTo(401));
        assertThat(people.fleet.call("GET", "/users/grace").status()).isEqualTo(404);
        assertThat(people.fleet
                        .call("PATCH", "/users/grace", "{\"enabled\":true}")
                        .status())
                .isEqualTo(404);
        assertThat(people.fleet.call("DELETE", "/users/grace").status()).isEqualTo(404);

        people.user("grace", "viewer");
        assertThat(people.me(people.fleet.service(), token).status())
                .as("another of that name is somebody else")
                .isEqualTo(401);
    }

    @Test
    void usersAndKeysComeInPages() {
        for (String name : List.of("p1", "p2", "p3")) {
            people.fleet.call("POST", "/api-keys", "{\"name\":\"page-" + name + "\",\"role\":\"viewer\"}");
        }
        JsonNode first = people.fleet.call("GET", "/api-keys?limit=2").json();
        JsonNode next = people.fleet
                .call(
                        "GET",
                        "/api-keys?limit=1000&cursor=" + first.get("nextCursor").asText())
                .json();
        assertThat(first.get("items")).hasSize(2);
        assertThat(next.get("items").size()).isGreaterThanOrEqualTo(1);
        assertThat(next.get("items").findValuesAsText("name"))
                .doesNotContainAnyElementsOf(first.get("items").findValuesAsText("name"));
        assertThat(people.fleet.call("GET", "/users?limit=1").json().get("items"))
                .hasSize(1);
    }

    @Test
    void theLastAdminStaysWhoeverAsksAtOnce() {
        for (String change : List.of("{\"role\":\"viewer\"}", "{\"enabled\":false}")) {
            Reply refused = people.fleet.call("PATCH", "/users/admin", change);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().get("code").asText()).isEqualTo("last-admin");
        }
        assertThat(people.fleet.call("DELETE", "/users/admin").status()).isEqualTo(409);

        people.user("deputy", "admin");
        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<Reply>> both = List.of(
                    CompletableFuture.supplyAsync(
                            () -> people.on(people.fleet.service(), "PATCH", "/users/admin", "{\"enabled\":false}")),
                    CompletableFuture.supplyAsync(
                            () -> people.on(people.second, "PATCH", "/users/deputy", "{\"role\":\"viewer\"}")));
            assertThat(both.stream().map(CompletableFuture::join).map(Reply::status))
                    .containsExactlyInAnyOrder(200, 409);
            people.fleet.call("PATCH", "/users/admin", "{\"enabled\":true}");
            people.fleet.call("PATCH", "/users/deputy", "{\"role\":\"admin\"}");
        }
        assertThat(people.fleet.call("DELETE", "/users/deputy").status()).isEqualTo(204);
    }

    @Test
    void aKeySaysWhenItWasUsedLastAndIsRefusedOnEveryInstanceSoonAfterItsRevocation() {
        JsonNode key = people.fleet
                .call("POST", "/api-keys", "{\"name\":\"robot\",\"role\":\"viewer\"}")
                .json();
        assertThat(people.me(people.fleet.service(), People.text(key, "key"))
                        .json()
                        .get("kind")
                        .asText())
                .isEqualTo("api-key");
        assertThat(people.me(people.second, People.text(key, "key")).status()).isEqualTo(200);
        assertThat(people.me(people.second, People.text(key, "key") + "x").status())
                .isEqualTo(401);
        await().atMost(People.SOON).untilAsserted(() -> assertThat(
                        people.fleet.call("GET", "/api-keys?limit=1000").json().get("items"))
                .anyMatch(item -> People.text(item, "name").equals("robot") && item.has("lastUsedAt")));

        assertThat(people.on(people.fleet.service(), "DELETE", "/api-keys/" + People.text(key, "id"), "")
                        .status())
                .isEqualTo(204);
        assertThat(people.me(people.fleet.service(), People.text(key, "key")).status())
                .isEqualTo(401);
        await().atMost(People.SOON).untilAsserted(() -> assertThat(
                        people.me(people.second, People.text(key, "key")).status())
                .isEqualTo(401));
    }

    @Test
    void aProgramHasNoPasswordToChange() {
        Reply refused = people.fleet.call(
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
        Reply reply = people.fleet.call(method, path, body == null ? "" : body);

        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%27%20or%201%3D1", "%00", "%3Cscript%3E", "a%2Fb"})
    void aNameThatCannotBeIsNobodys(String name) {
        assertThat(people.fleet.call("GET", "/users/" + name).status()).isIn(400, 404);
        assertThat(people.fleet.call("DELETE", "/users/" + name).status()).isIn(400, 404);
        assertThat(people.fleet.call("DELETE", "/api-keys/" + name).status()).isIn(400, 404);
        assertThat(people.fleet.call("GET", "/audit?user=" + name).status()).isIn(200, 400);
    }

    @Test
    void onlyAdminsManagePeople() {
        people.user("viewer", "viewer");
        String bearer = "Bearer "
                + People.text(people.login("viewer", "nanosecond", "192.0.2.9").json(), "token");
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
            assertThat(people.fleet.callWith(bearer, call[0], call[1], body).status())
                    .as(String.join(" ", call))
                    .isEqualTo(403);
            assertThat(people.fleet.callWith("", call[0], call[1], body).status())
                    .as(String.join(" ", call))
                    .isEqualTo(401);
        }
    }

    @Test
    void apiKeysAreShownOnceAndRevokedForGood() {
        Reply created =
                people.fleet.call("POST", "/api-keys", "{\"name\":\"ci\",\"role\":\"viewer\",\"expiresIn\":\"1h\"}");
        assertThat(created.status()).isEqualTo(201);
        String bearer = "Bearer " + created.json().get("key").asText();
        assertThat(people.fleet.callWith(bearer, "GET", "/devices", "").status())
                .isEqualTo(200);
        assertThat(people.fleet
                        .call("POST", "/api-keys", "{\"name\":\"ci\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(409);
        assertThat(people.fleet.call("GET", "/api-keys").json().toString())
                .contains("\"ci\"")
                .doesNotContain("\"key\"");

        String id = created.json().get("id").asText();
        assertThat(people.fleet.call("DELETE", "/api-keys/" + id).status()).isEqualTo(204);
        assertThat(people.fleet.callWith(bearer, "GET", "/devices", "").status())
                .isEqualTo(401);
        assertThat(people.fleet.call("DELETE", "/api-keys/" + id).status()).isEqualTo(404);
    }
}
