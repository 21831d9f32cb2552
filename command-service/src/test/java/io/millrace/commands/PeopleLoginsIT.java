package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins and what ends them, on two instances behind a proxy that is trusted. */
@Timeout(90)
class PeopleLoginsIT {
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
    void aPersonLogsInAndWorksWithTheToken() {
        Reply login = people.login("admin", "correct horse", "192.0.2.20");
        assertThat(login.status()).isEqualTo(200);
        assertThat(login.json().get("role").asText()).isEqualTo("admin");
        String bearer = "Bearer " + login.json().get("token").asText();

        assertThat(people.fleet.callWith(bearer, "GET", "/users", "").status()).isEqualTo(200);
        assertThat(people.fleet.callWith(bearer + "x", "GET", "/users", "").status())
                .isEqualTo(401);
    }

    @Test
    void wrongPasswordsAndUnknownUsersGetTheSameAnswerAndSoonNone() {
        Reply wrong = people.login("admin", "wrong horse", "192.0.2.20");
        Reply unknown = people.login("nobody", "wrong horse", "192.0.2.20");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.json()).isEqualTo(unknown.json());

        for (int i = 0; i < 4; i++) {
            assertThat(people.login("nobody", "wrong horse", "192.0.2.20").status())
                    .isEqualTo(401);
        }
        Reply limited = people.login("nobody", "wrong horse", "192.0.2.20");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.http().headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void aNewUserLogsIn() {
        assertThat(people.fleet
                        .call(
                                "POST",
                                "/users",
                                "{\"username\":\"ada\",\"password\":\"engine no 1\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(201);
        assertThat(people.fleet
                        .call(
                                "POST",
                                "/users",
                                "{\"username\":\"ada\",\"password\":\"engine no 2\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(409);
        assertThat(people.login("ada", "engine no 1", "192.0.2.20")
                        .json()
                        .get("role")
                        .asText())
                .isEqualTo("viewer");
        assertThat(people.fleet.call("GET", "/users").json().toString())
                .contains("ada")
                .doesNotContain("$2a$");
    }

    @Test
    void anotherPasswordEndsEveryLogin() {
        people.user("linus", "operator");
        JsonNode phone = people.login("linus", "nanosecond", "192.0.2.2").json();
        JsonNode desk = people.login("linus", "nanosecond", "192.0.2.3").json();

        Reply wrong = own(desk, "wrong horse", "second password");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.json().get("code").asText()).isEqualTo("wrong-password");
        Reply changed = own(desk, "nanosecond", "second password");
        assertThat(changed.status()).as(changed.json().toString()).isEqualTo(200);

        for (JsonNode old : List.of(phone, desk)) {
            assertThat(people.me(people.fleet.service(), People.text(old, "token"))
                            .status())
                    .isEqualTo(401);
            await().atMost(People.SOON).untilAsserted(() -> assertThat(
                            people.me(people.second, People.text(old, "token")).status())
                    .isEqualTo(401));
            assertThat(refresh(People.text(old, "refreshToken")).status()).isEqualTo(401);
        }
        assertThat(people.me(people.second, People.text(changed.json(), "token"))
                        .status())
                .isEqualTo(200);
        assertThat(people.login("linus", "nanosecond", "192.0.2.2").status()).isEqualTo(401);

        people.fleet.call("PATCH", "/users/linus", "{\"password\":\"third password\"}");
        assertThat(people.me(people.fleet.service(), People.text(changed.json(), "token"))
                        .status())
                .isEqualTo(401);
        assertThat(people.login("linus", "third password", "192.0.2.2").status())
                .isEqualTo(200);
    }

    @Test
    void whoIsDisabledIsOutAtOnceAndNotBackByBeingEnabled() {
        people.user("mallory", "operator");
        JsonNode pair = people.login("mallory", "nanosecond", "192.0.2.4").json();

        people.fleet.call("PATCH", "/users/mallory", "{\"enabled\":false}");
        assertThat(people.me(people.fleet.service(), People.text(pair, "token")).status())
                .isEqualTo(401);
        assertThat(people.login("mallory", "nanosecond", "192.0.2.4").status()).isEqualTo(401);
        people.fleet.call("PATCH", "/users/mallory", "{\"enabled\":true}");
        assertThat(people.me(people.fleet.service(), People.text(pair, "token")).status())
                .isEqualTo(401);
        assertThat(refresh(People.text(pair, "refreshToken")).status()).isEqualTo(401);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndAThiefEndsTheLogin() {
        people.user("joan", "viewer");
        JsonNode first = people.login("joan", "nanosecond", "192.0.2.5").json();
        Reply next = refresh(People.text(first, "refreshToken"));
        assertThat(next.status()).isEqualTo(200);
        assertThat(People.text(next.json(), "refreshToken")).isNotEqualTo(People.text(first, "refreshToken"));
        assertThat(next.json().get("expiresIn").asInt()).isEqualTo(900);

        Reply stolen = refresh(People.text(first, "refreshToken"));
        assertThat(stolen.status()).isEqualTo(401);
        assertThat(stolen.json().get("code").asText()).isEqualTo("unknown-refresh-token");
        assertThat(refresh(People.text(next.json(), "refreshToken")).status()).isEqualTo(401);
        assertThat(people.me(people.fleet.service(), People.text(next.json(), "token"))
                        .status())
                .isEqualTo(401);
        assertThat(people.fleet
                        .call("GET", "/audit?operation=refreshToken&user=joan")
                        .json()
                        .get("items"))
                .hasSize(1);
    }

    @Test
    void ofManyThatRefreshAtOnceOneAtMostSucceeds() {
        people.user("ken", "viewer");
        String token =
                People.text(people.login("ken", "nanosecond", "192.0.2.6").json(), "refreshToken");

        List<CompletableFuture<Reply>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> refresh(token)))
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).filter(reply -> reply.status() == 200))
                .hasSize(1);
    }

    @Test
    void whoLogsOutIsOut() {
        people.user("barbara", "viewer");
        JsonNode pair = people.login("barbara", "nanosecond", "192.0.2.7").json();
        String body = "{\"refreshToken\":\"" + People.text(pair, "refreshToken") + "\"}";
        assertThat(people.me(people.second, People.text(pair, "token")).status())
                .isEqualTo(200);

        assertThat(people.fleet.callWith("", "POST", "/logout", body).status()).isEqualTo(204);
        assertThat(people.me(people.fleet.service(), People.text(pair, "token")).status())
                .isEqualTo(401);
        await().atMost(People.SOON).untilAsserted(() -> assertThat(
                        people.me(people.second, People.text(pair, "token")).status())
                .isEqualTo(401));
        assertThat(people.fleet.callWith("", "POST", "/logout", body).status())
                .as("says nothing")
                .isEqualTo(204);
    }

    @Test
    void guessersAreKeptOutAndTheOneWhoIsKnownIsNot() {
        people.user("edsger", "viewer");
        assertThat(people.login("edsger", "nanosecond", "192.0.2.8").status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(people.login("edsger", "guess " + i, "203.0.113.66").status())
                    .isEqualTo(401);
        }
        Reply limited = people.login("edsger", "nanosecond", "203.0.113.66");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.http().headers().firstValue("Retry-After")).isPresent();
        assertThat(people.login("edsger", "nanosecond", "192.0.2.8").status()).isEqualTo(200);
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
        assertThat(people.me(people.fleet.service(), bearer).status()).isEqualTo(401);
    }

    private static Reply own(JsonNode pair, String old, String fresh) {
        return people.fleet.callWith(
                "Bearer " + People.text(pair, "token"),
                "PUT",
                "/users/me/password",
                "{\"oldPassword\":\"" + old + "\",\"newPassword\":\"" + fresh + "\"}",
                "X-Forwarded-For",
                "192.0.2.3");
    }

    private static Reply refresh(String token) {
        return people.fleet.callWith("", "POST", "/token/refresh", "{\"refreshToken\":\"" + token + "\"}");
    }
}
