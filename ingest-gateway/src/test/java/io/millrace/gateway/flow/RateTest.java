package io.millrace.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A steady clock may begin anywhere. */
    private static final long START = Long.MAX_VALUE - SECOND;

    private final Rate rate = new Rate(10, 50);

    @Test
    void theBurstIsFreeAndThenTheRateHolds() {
        long spent = START;
        int sent = 0;
        while (rate.overdrawn(spent, START) <= 0) {
            spent = rate.spend(spent, START, 1);
            sent++;
        }
        assertThat(sent).isEqualTo(51);
        long later = START + rate.overdrawn(spent, START);
        assertThat(later - START).isEqualTo(SECOND / 10);
        assertThat(rate.overdrawn(rate.spend(spent, later, 1), later)).isEqualTo(SECOND / 10);
    }

    @Test
    void aQuietTimeGivesNoMoreThanTheBurst() {
        long spent = rate.spend(START, START, 1);
        long tomorrow = START + TimeUnit.DAYS.toNanos(1);
        spent = rate.spend(spent, tomorrow, 50);
        assertThat(rate.overdrawn(spent, tomorrow)).isZero();
        assertThat(rate.overdrawn(rate.spend(spent, tomorrow, 1), tomorrow)).isPositive();
    }

    @Test
    void oneLargeMessageIsPaidForAfterwards() {
        Rate bytes = new Rate(1_000, 2_000);
        long spent = bytes.spend(START, START, 10_000);
        assertThat(bytes.overdrawn(spent, START)).isEqualTo(8 * SECOND);
    }

    @Test
    void withoutARateNothingIsEverTooMuch() {
        Rate none = new Rate(0, 0);
        assertThat(none.overdrawn(none.spend(START, START, Integer.MAX_VALUE), START))
                .isNotPositive();
    }
}
