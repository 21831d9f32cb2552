package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.LoginStore;
import io.millrace.commands.store.LoginStore.Refreshed;
import io.millrace.commands.store.Migrations;
import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a login lasts, and what may not outlive it. */
@Timeout(60)
class LoginsIT {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration IDLE = Duration.ofDays(7);
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final Vertx vertx = Vertx.vertx();
    private static LoginStore logins;
    private static UserStore users;

    @BeforeAll
    static void open() throws SQLException {
        CommandServiceConfig config =
                CommandServiceConfig.of(Neighbours.get().newFleet().build());
        new Migrations(config.database()).run();
        Database database = new Database(vertx, config.database());
        logins = new LoginStore(database);
        users = new UserStore(database, logins);
        user("keeper", Role.ADMIN);
    }

    @AfterAll
    static void close() {
        result(vertx.close());
    }

    @Test
    void aLoginThatNobodyRefreshesIsOverAndOneThatIsRefreshedEndsInTheEnd() {
        user("ada", Role.VIEWER);
        login("sleepy", "ada", T0);
        login("busy", "ada", T0);

        Instant day = T0;
        for (int i = 1; i < 10; i++) {
            day = T0.plus(Duration.ofDays(3L * i));
            assertThat(refresh("busy", day)).isInstanceOf(Refreshed.Rotated.class);
        }
        assertThat(refresh("sleepy", day)).isInstanceOf(Refreshed.Gone.class);
        assertThat(refresh("busy", T0.plus(LONGEST))).isInstanceOf(Refreshed.Gone.class);
        assertThat(result(logins.standing("busy", T0.plus(LONGEST)))).isEmpty();
        assertThat(result(logins.standing("busy", day))).isPresent();

        result(logins.deleteOld(day, day.minus(IDLE), day.minus(LONGEST)));
        assertThat(result(logins.standing("sleepy", T0))).isEmpty();
        assertThat(result(logins.standing("busy", T0))).isPresent();
    }

    @Test
    void whoLogsInWithoutEndKeepsTheFiftyLoginsUsedLast() {
        user("script", Role.VIEWER);
        for (int i = 0; i < 60; i++) {
            login("script-" + i, "script", T0.plusSeconds(i));
        }
        assertThat(result(logins.standing("script-9", T0))).isEmpty();
        assertThat(result(logins.standing("script-10", T0))).isPresent();
        assertThat(result(logins.standing("script-59", T0))).isPresent();
    }

    @Test
    void aLoginWithAPasswordThatIsJustBeingReplacedDoesNotOutliveIt() {
        for (int round = 0; round < 40; round++) {
            String name = "racer-" + round;
            user(name, Role.VIEWER);
            Future<Boolean> opening =
                    logins.open(name, name, "hash", SecretDigest.of("x"), "192.0.2.1", T0, T0.plus(LONGEST));
            Future<Boolean> replacing = users.replacePassword(name, "hash", "another");
            result(opening);
            assertThat(result(replacing)).isTrue();
            assertThat(result(logins.standing(name, T0))).isEmpty();
        }
    }

    @Test
    void aTokenIsGoodForItsTimeAndTheRefreshTokenForTheNext() throws SQLException {
        try (Fleet fleet = Fleet.start(Neighbours.get().newFleet().override("http.token-lifetime", "2s"))) {
            JsonNode pair = fleet.callWith(
                            "", "POST", "/login", "{\"username\":\"admin\",\"password\":\"correct horse\"}")
                    .json();
            await().atMost(Duration.ofSeconds(20)).until(() -> me(fleet, pair) == 401);

            JsonNode next = fleet.callWith(
                            "",
                            "POST",
                            "/token/refresh",
                            "{\"refreshToken\":\"" + pair.get("refreshToken").asText() + "\"}")
                    .json();
            assertThat(me(fleet, next)).isEqualTo(200);
        }
    }

    private static int me(Fleet fleet, JsonNode pair) {
        return fleet.callWith("Bearer " + pair.get("token").asText(), "GET", "/me", "")
                .status();
    }

    private static void user(String name, Role role) {
        assertThat(result(users.create(
                        new User(name, "hash", role, true, Instant.now(), Optional.empty(), Optional.empty()))))
                .isTrue();
    }

    private static void login(String id, String name, Instant now) {
        assertThat(result(
                        logins.open(id, name, "hash", SecretDigest.of("secret"), "192.0.2.1", now, now.plus(LONGEST))))
                .isTrue();
    }

    private static Refreshed refresh(String id, Instant now) {
        return result(logins.rotate(id, "secret", SecretDigest.of("secret"), now, now.minus(IDLE)));
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
