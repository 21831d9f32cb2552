package io.millrace.commands.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private final Backoff backoff = new Backoff(FIRST);

    @Test
    void pausesDoubleUpToAnHourAndSpread() {
        assertThat(backoff.after(1, Optional.empty(), 0.5)).isEqualTo(FIRST);
        assertThat(backoff.after(4, Optional.empty(), 0.5)).isEqualTo(Duration.ofSeconds(40));
        assertThat(backoff.after(4, Optional.empty(), 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(backoff.after(4, Optional.empty(), 1)).isEqualTo(Duration.ofSeconds(50));
        assertThat(backoff.after(100, Optional.empty(), 0.5)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whatTheReceiverWishesIsWaitedForButNoLongerThanAnHour() {
        assertThat(backoff.after(1, Optional.of(Duration.ofSeconds(90)), 0.5)).isEqualTo(Duration.ofSeconds(90));
        assertThat(backoff.after(1, Optional.of(Duration.ofSeconds(1)), 0.5)).isEqualTo(FIRST);
        assertThat(backoff.after(1, Optional.of(Duration.ofDays(1)), 0.5)).isEqualTo(Duration.ofHours(1));
    }
}
