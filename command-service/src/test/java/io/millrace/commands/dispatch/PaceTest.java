package io.millrace.commands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.life.Terms;
import io.millrace.commands.store.Batch;
import io.millrace.commands.store.CommandContent;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");

    private static Batch batch(int perSecond, Optional<Integer> inFlight, Instant nextAt) {
        var content = new CommandContent(new byte[0], Optional.empty(), 1, Duration.ofHours(1), Terms.NONE);
        return new Batch(
                "b",
                1,
                Batch.Status.RUNNING,
                Json.mapper().createObjectNode(),
                content,
                perSecond,
                inFlight,
                100_000,
                0,
                nextAt,
                NOW,
                "ada",
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void theFirstGoesAtOnceAndTheNextInItsTime() {
        assertThat(Pace.of(batch(10, Optional.empty(), NOW), 0, NOW)).isEqualTo(new Pace(1, NOW.plusMillis(100)));
    }

    @Test
    void whoeverLooksThePaceIsKept() {
        for (int perSecond : new int[] {1, 7, 100, 400}) {
            Instant next = NOW;
            int issued = 0;
            for (int millis = 0; millis < 60_000; millis += 170) {
                Instant now = NOW.plusMillis(millis);
                if (!next.isAfter(now)) {
                    Pace pace = Pace.of(batch(perSecond, Optional.empty(), next), 0, now);
                    issued += pace.commands();
                    next = pace.next();
                }
            }
            assertThat(issued).as(perSecond + " a second").isBetween(perSecond * 59, perSecond * 60 + 1);
        }
    }

    @Test
    void anHourThatWasMissedIsNotMadeUpForAtOnce() {
        Pace pace = Pace.of(batch(100, Optional.empty(), NOW.minus(Duration.ofHours(1))), 0, NOW);

        assertThat(pace.commands()).isBetween(100, 101);
        assertThat(pace.next()).isAfter(NOW);
    }

    @Test
    void noMoreThanThereIsRoomFor() {
        assertThat(Pace.of(batch(1000, Optional.of(5), NOW.minusSeconds(1)), 3, NOW)
                        .commands())
                .isEqualTo(2);
        assertThat(Pace.of(batch(1000, Optional.of(5), NOW), 5, NOW).commands()).isZero();
        assertThat(Pace.of(batch(1000, Optional.of(5), NOW), 5, NOW).next()).isAfter(NOW);
    }

    @Test
    void noStepIsLongerThanATransactionShouldBe() {
        assertThat(Pace.of(batch(5000, Optional.empty(), NOW.minusSeconds(1)), 0, NOW)
                        .commands())
                .isEqualTo(Pace.MOST);
    }
}
