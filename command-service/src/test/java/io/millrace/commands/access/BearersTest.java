package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.access.Bearers.TooManyStrangers;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BearersTest {
    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";

    private final HandClock clock = new HandClock(Instant.parse("2026-11-22T10:00:00Z"));
    private int lookUps;
    private final Bearers bearers = new Bearers(
            bearer -> {
                lookUps++;
                return Future.succeededFuture(
                        bearer.startsWith("good")
                                ? Optional.of(new Principal(Principal.Kind.API_KEY, bearer, Role.VIEWER))
                                : Optional.empty());
            },
            clock);

    @Test
    void madeUpBearersOfANetworkAreSoonNotEvenLookedUp() {
        flood();

        assertThat(lookUps).isEqualTo(Strangers.AT_ONCE);
        Future<Optional<Principal>> refused = bearers.verify("made-up", HERE);
        assertThat(refused.cause()).isInstanceOf(TooManyStrangers.class);

        clock.forward(Duration.ofSeconds(1));
        flood();
        assertThat(lookUps).isEqualTo(Strangers.AT_ONCE + Strangers.A_SECOND);
    }

    @Test
    void whoWasGoodLatelyAndWhoComesFromElsewhereIsNotHindered() {
        assertThat(bearers.verify("good", HERE).result()).isPresent();
        flood();

        assertThat(bearers.verify("good", HERE).result()).isPresent();
        assertThat(bearers.verify("good, but new here", HERE).failed()).isTrue();
        assertThat(bearers.verify("made-up", THERE).result()).isEmpty();
        assertThat(bearers.verify("good, but new here", THERE).result()).isPresent();
    }

    @Test
    void goodBearersCostNoTries() {
        for (int i = 0; i < 2 * Strangers.AT_ONCE; i++) {
            assertThat(bearers.verify("good-" + i, HERE).result()).isPresent();
        }
    }

    private void flood() {
        for (int i = 0; i < 2 * Strangers.AT_ONCE; i++) {
            var unused = bearers.verify("made-up-" + i, HERE);
        }
    }
}
