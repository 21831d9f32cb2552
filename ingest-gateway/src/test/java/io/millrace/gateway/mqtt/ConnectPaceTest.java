package io.millrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectPaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = -5 * SECOND;
    private final ConnectPace pace = new ConnectPace(1_000, 5_000, now, new Random(1));

    private List<Long> storm(int connects) {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < connects; i++) {
            delays.add(pace.delay(now));
        }
        return delays;
    }

    @Test
    void belowTheRateNobodyWaits() {
        for (int i = 0; i < 5_000; i++) {
            now += SECOND / 900;
            assertThat(pace.delay(now)).isZero();
        }
    }

    @Test
    void aStormIsSpreadAndNobodyWaitsBeyondEightSeconds() {
        List<Long> delays = storm(5_000);
        assertThat(delays).filteredOn(d -> d == 0).hasSize(250);
        assertThat(delays).allMatch(d -> d >= 0 && d <= ConnectPace.LONGEST_NANOS);
        int[] perTenth = new int[81];
        delays.stream().filter(d -> d > 0).forEach(d -> perTenth[(int) (d / (SECOND / 10))]++);
        assertThat(Arrays.stream(perTenth).max().orElseThrow()).isLessThanOrEqualTo(200);
        for (int second = 1; second < 7; second++) {
            int in = 0;
            for (int tenth = 0; tenth < 10; tenth++) {
                in += perTenth[second * 10 + tenth];
            }
            assertThat(in).isLessThanOrEqualTo(1_100);
        }
    }

    @Test
    void whoComesAlittleTooFastWaitsALittle() {
        List<Long> delays = storm(350);
        assertThat(delays).allMatch(d -> d >= 0 && d < SECOND / 2);
    }

    @Test
    void beyondWhatMayWaitTheyAreRefusedAndLaterLetInAgain() {
        List<Long> delays = storm(10_000);
        assertThat(delays.stream().filter(d -> d == ConnectPace.REFUSED).count())
                .isEqualTo(10_000 - 250 - 5_000);
        now += 10 * SECOND;
        assertThat(storm(250)).containsOnly(0L);
    }

    @Test
    void theCalendarHoldsNoMoreThanTheRateAllows() {
        ConnectPace unbounded = new ConnectPace(1_000, Integer.MAX_VALUE, now, new Random(2));
        long placed = 0;
        for (int i = 0; i < 20_000; i++) {
            placed += unbounded.delay(now) > 0 ? 1 : 0;
        }
        assertThat(placed).isEqualTo(7_900);
    }

    @Test
    void whileSomeWaitNobodyPassesThem() {
        var unused = storm(1_000);
        now += SECOND / 10;
        assertThat(pace.delay(now)).isPositive();
    }

    @Test
    void aSlowRateIsKeptToo() {
        ConnectPace slow = new ConnectPace(0.5, 100, now, new Random(3));
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            delays.add(slow.delay(now));
        }
        assertThat(delays.get(0)).isZero();
        assertThat(delays.stream().filter(d -> d > 0)).hasSize(3).allMatch(d -> d <= ConnectPace.LONGEST_NANOS);
    }
}
