package io.millrace.simulator;

import static io.millrace.simulator.ReactionWatch.Crossing.CROSSED;
import static io.millrace.simulator.ReactionWatch.Crossing.CROSSED_UNANSWERED;
import static io.millrace.simulator.ReactionWatch.Crossing.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReactionWatchTest {
    private final ReactionWatch watch = new ReactionWatch();

    @Test
    void readingAbove30CallsForTheFanOnce() {
        assertThat(watch.published(30_00, 1)).isEqualTo(NONE);
        assertThat(watch.published(30_01, 2)).isEqualTo(CROSSED);
        assertThat(watch.published(30_50, 3)).isEqualTo(NONE);
        assertThat(watch.published(29_00, 4)).isEqualTo(NONE);
        assertThat(watch.published(30_50, 5)).isEqualTo(NONE);
        assertThat(watch.arrived(DeviceCommand.FAN_ON, 12)).isEqualTo(10);
        assertThat(watch.arrived(DeviceCommand.FAN_ON, 13)).isEqualTo(-1);
    }

    @Test
    void readingBelow27CallsForItsEndOnlyIfItHadBeenHot() {
        assertThat(watch.published(25_00, 1)).isEqualTo(NONE);
        assertThat(watch.published(31_00, 2)).isEqualTo(CROSSED);
        assertThat(watch.arrived(DeviceCommand.FAN_ON, 3)).isEqualTo(1);
        assertThat(watch.published(27_00, 4)).isEqualTo(NONE);
        assertThat(watch.published(26_99, 5)).isEqualTo(CROSSED);
        assertThat(watch.arrived(DeviceCommand.LED_ON, 6)).isEqualTo(-1);
        assertThat(watch.arrived(DeviceCommand.FAN_OFF, 7)).isEqualTo(2);
    }

    @Test
    void crossingBackWithoutACommandInBetweenIsUnanswered() {
        assertThat(watch.published(31_00, 1)).isEqualTo(CROSSED);
        assertThat(watch.published(26_00, 2)).isEqualTo(CROSSED_UNANSWERED);
        assertThat(watch.arrived(DeviceCommand.FAN_ON, 3)).isEqualTo(-1);
    }

    @Test
    void readingThatWasKeptIsNotMeasured() {
        watch.kept(31_00);
        assertThat(watch.arrived(DeviceCommand.FAN_ON, 5)).isEqualTo(-1);
        assertThat(watch.published(26_00, 6)).isEqualTo(CROSSED);
    }
}
