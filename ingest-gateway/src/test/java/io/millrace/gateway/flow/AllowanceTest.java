package io.millrace.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final LimitsConfig NO_RATE = new LimitsConfig(0, 1, 0);

    private final AtomicInteger calls = new AtomicInteger();
    private final InFlightBytes inFlight = new InFlightBytes(1_600, calls::incrementAndGet);

    private boolean takes(Allowance client, int bytes) {
        if (!client.hasRoom(inFlight)) {
            return false;
        }
        inFlight.take(bytes);
        var unused = client.spend(bytes, 0);
        return true;
    }

    @Test
    void aClientAloneGetsAnEighthAndTheOthersTheRest() {
        Limits limits = new Limits(NO_RATE, 1_600);
        Allowance greedy = limits.allowance(0);
        int taken = 0;
        while (takes(greedy, 10)) {
            taken += 10;
        }
        assertThat(taken).isEqualTo(200);
        assertThat(takes(limits.allowance(0), 10)).isTrue();
        assertThat(inFlight.hasRoom()).isTrue();
    }

    @Test
    void itGoesOnWhenItsEarlierTurnHasArrived() {
        Allowance greedy = new Limits(NO_RATE, 1_600).allowance(0);
        for (int i = 0; i < 20; i++) {
            assertThat(takes(greedy, 10)).isTrue();
        }
        assertThat(takes(greedy, 10)).isFalse();
        inFlight.callWhenArrived(greedy.turnBegan());
        inFlight.release(90);
        assertThat(calls).hasValue(0);
        inFlight.release(10);
        assertThat(calls).hasValue(1);
        assertThat(takes(greedy, 10)).isTrue();
    }

    @Test
    void aClientThatNeverHasMuchInFlightIsNeverHeld() {
        Allowance steady = new Limits(NO_RATE, 1_600).allowance(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(takes(steady, 10)).isTrue();
            inFlight.release(10);
        }
    }

    @Test
    void tooManyMessagesOrTooManyBytesMustWait() {
        Limits limits = new Limits(new LimitsConfig(10, 20, 1_000), 1 << 20);
        Allowance chatty = limits.allowance(0);
        for (int i = 0; i < 20; i++) {
            assertThat(chatty.spend(1, 0)).isFalse();
        }
        assertThat(chatty.spend(1, 0)).isTrue();
        assertThat(chatty.rest(0)).isEqualTo(SECOND / 10);
        assertThat(chatty.rest(SECOND)).isNotPositive();

        Allowance heavy = limits.allowance(0);
        assertThat(heavy.spend(10_000, 0)).isFalse();
        assertThat(heavy.spend(1_000, 0)).isTrue();
        assertThat(heavy.rest(0)).isEqualTo(SECOND);
    }
}
