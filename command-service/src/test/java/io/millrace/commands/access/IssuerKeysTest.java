package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
    private final HandClock clock = new HandClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final List<JsonWebKey> published = new ArrayList<>();
    private boolean away;
    private int fetches;
    private final IssuerKeys keys = new IssuerKeys(
            () -> {
                fetches++;
                return away ? Future.failedFuture("away") : Future.succeededFuture(List.copyOf(published));
            },
            clock);

    @Test
    void aNewKeyIsFetchedWhenItIsFirstSeenAndAMadeUpOneNotMoreThanOnceInTenSeconds() throws JoseException {
        published.add(key("a"));
        assertThat(find("a")).isPresent();
        assertThat(find("a")).isPresent();
        assertThat(fetches).isEqualTo(1);

        published.add(key("b"));
        pass(Duration.ofSeconds(11));
        assertThat(find("b")).as("rotated").isPresent();
        for (int i = 0; i < 1_000; i++) {
            assertThat(find("made-up-" + i)).isEmpty();
        }
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void aKeyThatTheIssuerWithdrawsIsForgottenAfterTenMinutes() throws JoseException {
        published.add(key("a"));
        assertThat(find("a")).isPresent();
        published.clear();
        pass(Duration.ofMinutes(9));
        assertThat(find("a")).isPresent();
        pass(Duration.ofMinutes(2));
        assertThat(find("a")).isEmpty();
    }

    @Test
    void whileTheIssuerIsAwayItsLastKeysCountForTwelveHours() throws JoseException {
        published.add(key("a"));
        assertThat(find("a")).isPresent();
        away = true;
        pass(Duration.ofHours(11));
        assertThat(find("a")).isPresent();
        pass(Duration.ofHours(2));
        Future<Optional<Key>> late = keys.find(Optional.of("a"), "EC");
        assertThat(late.cause()).isInstanceOf(IssuerAway.class);

        away = false;
        pass(Duration.ofSeconds(11));
        assertThat(find("a")).isPresent();
    }

    @Test
    void manyWhoAskAtOnceWaitForOneFetch() throws JoseException {
        Promise<List<JsonWebKey>> slow = Promise.promise();
        List<Integer> asked = new ArrayList<>();
        IssuerKeys waiting = new IssuerKeys(
                () -> {
                    asked.add(1);
                    return slow.future();
                },
                clock);
        List<Future<Optional<Key>>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(waiting.find(Optional.of("a"), "EC"));
        }
        slow.complete(List.of(key("a")));

        assertThat(asked).hasSize(1);
        assertThat(all).allSatisfy(found -> assertThat(found.result()).isPresent());
    }

    @Test
    void withoutAnIdThereMustBeOneKeyOnlyAndOfTheRightKind() throws JoseException {
        published.add(key("a"));
        assertThat(keys.find(Optional.empty(), "EC").result()).isPresent();
        assertThat(keys.find(Optional.of("a"), "RSA").result()).isEmpty();
        published.add(key("b"));
        pass(Duration.ofMinutes(11));
        assertThat(keys.find(Optional.empty(), "EC").result()).isEmpty();
    }

    private Optional<Key> find(String id) {
        return keys.find(Optional.of(id), "EC").result();
    }

    private void pass(Duration time) {
        clock.forward(time);
    }

    private static JsonWebKey key(String id) throws JoseException {
        JsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(id);
        return key;
    }
}
