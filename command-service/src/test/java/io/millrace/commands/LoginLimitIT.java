package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.access.LoginLimit;
import io.millrace.commands.access.LoginLimit.Try;
import io.millrace.commands.store.AttemptStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.LoginStore;
import io.millrace.commands.store.Migrations;
import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often somebody may try, over two instances and on a clock of ours. */
@Timeout(60)
class LoginLimitIT {
    private static final Vertx vertx = Vertx.vertx();
    private static Database database;
    private static LoginStore logins;
    private static UserStore users;

    private final HandClock clock = new HandClock();
    private LoginLimit here;
    private LoginLimit there;

    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeAll
    static void open() throws SQLException {
        CommandServiceConfig config =
                CommandServiceConfig.of(Neighbours.get().newFleet().build());
        new Migrations(config.database()).run();
        database = new Database(vertx, config.database());
        logins = new LoginStore(database);
        users = new UserStore(database, logins);
    }

    @AfterAll
    static void close() {
        result(vertx.close());
    }

    @BeforeEach
    void twoInstances() {
        here = new LoginLimit(new AttemptStore(database), logins, clock);
        there = new LoginLimit(new AttemptStore(database), logins, clock);
    }

    @Test
    void fiveTriesOfANameFromOnePlaceAMinuteWhicheverInstanceIsAsked() {
        for (int i = 0; i < 5; i++) {
            assertThat(mayTry(i % 2 == 0 ? here : there, "eve", "203.0.113.1")).isTrue();
        }
        assertThat(mayTry(here, "eve", "203.0.113.1")).isFalse();
        assertThat(mayTry(there, "eve", "203.0.113.1")).isFalse();
        assertThat(mayTry(there, "eve", "203.0.113.2")).as("elsewhere").isTrue();

        clock.now = clock.now.plus(Duration.ofSeconds(61));
        assertThat(mayTry(here, "eve", "203.0.113.1")).as("a minute later").isTrue();
    }

    @Test
    void manyAtOnceGetNoFurtherThanOneAfterTheOther() {
        List<Future<Try>> together = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            together.add((i % 2 == 0 ? here : there).begin("mob", "203.0.113.3"));
        }
        assertThat(together.stream().map(LoginLimitIT::result).filter(begun -> begun.mustWait()
                        .isEmpty()))
                .hasSize(5);
    }

    @Test
    void twentyNamesFromOnePlaceAndThirtyPlacesForOneName() {
        for (int i = 0; i < 20; i++) {
            assertThat(mayTry(here, "name-" + i, "203.0.113.4")).isTrue();
        }
        assertThat(mayTry(here, "name-20", "203.0.113.4")).isFalse();
        for (int i = 0; i < 30; i++) {
            assertThat(mayTry(here, "wanted", "198.51.100." + i)).isTrue();
        }
        assertThat(mayTry(here, "wanted", "198.51.100.77")).isFalse();
    }

    @Test
    void nobodyIsKeptOutOfWhereHeHasLoggedInBefore() {
        knownAt("ada", "192.0.2.1");
        for (int i = 0; i < 30; i++) {
            assertThat(mayTry(here, "ada", "198.51.101." + i)).isTrue();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(mayTry(here, "colleague-" + i, "192.0.2.1")).isTrue();
        }

        assertThat(mayTry(here, "ada", "198.51.101.99")).as("strangers wait").isFalse();
        assertThat(mayTry(here, "someone", "192.0.2.1"))
                .as("strangers at her place wait")
                .isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(mayTry(here, "ada", "192.0.2.1")).as("she does not").isTrue();
        }
        assertThat(mayTry(here, "ada", "192.0.2.1")).as("but no more than five").isFalse();
    }

    @Test
    void aSuccessAndATryThatNobodyLookedAtDoNotCount() {
        for (int i = 0; i < 10; i++) {
            Try begun = result(here.begin("bob", "203.0.113.5"));
            assertThat(begun.mustWait()).isEmpty();
            result(i % 2 == 0 ? here.succeeded(begun) : there.notTried(begun));
        }
        result(here.removeOld());
    }

    private static void knownAt(String name, String network) {
        User user = new User(name, "hash", Role.VIEWER, true, Instant.now(), Optional.empty(), Optional.empty());
        assertThat(result(users.create(user))).isTrue();
        Instant now = Instant.now();
        assertThat(result(logins.open("login-" + name, name, "hash", SecretDigest.of("x"), network, now, now)))
                .isTrue();
    }

    private static boolean mayTry(LoginLimit limit, String name, String network) {
        return result(limit.begin(name, network)).mustWait().isEmpty();
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
