package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotsHeardTest {
    private long now = Long.MAX_VALUE - 5;
    private final SlotsHeard slots = new SlotsHeard(1, Duration.ofSeconds(10), () -> now);

    private void secondsPass(int seconds, int... speaking) {
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            for (int slot : speaking) {
                slots.heard(slot);
            }
        }
    }

    @Test
    void aGatewayIsGoneThatHasNotBeenHeardForAWhile() {
        assertThat(slots.isToLookAfter(1)).isTrue();
        assertThat(slots.isToLookAfter(2)).isFalse();
        secondsPass(5, 1, 2);
        secondsPass(10, 1, 3);
        // Never heard at all.
        assertThat(slots.isToLookAfter(4)).isTrue();
        assertThat(slots.isToLookAfter(2)).isFalse();
        secondsPass(1, 1, 3);
        assertThat(slots.isToLookAfter(2)).isTrue();
        assertThat(slots.isToLookAfter(3)).isFalse();
        secondsPass(1, 2, 1);
        assertThat(slots.isToLookAfter(2)).isFalse();
    }

    @Test
    void theLowestThatIsThereLooksAfterIt() {
        secondsPass(20, 0, 1);
        assertThat(slots.isToLookAfter(5)).isFalse();
        secondsPass(20, 1);
        assertThat(slots.isToLookAfter(5)).isTrue();
        assertThat(slots.isToLookAfter(0)).isTrue();
    }

    @Test
    void whenKafkaWasAwayNobodyIsTakenForGone() {
        secondsPass(20, 1, 2);
        secondsPass(600);
        secondsPass(1, 1);
        assertThat(slots.isToLookAfter(2)).isFalse();
        secondsPass(9, 1);
        assertThat(slots.isToLookAfter(2)).isFalse();
        secondsPass(2, 1);
        assertThat(slots.isToLookAfter(2)).isTrue();
    }
}
