package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BoardTest {
    private final SplittableRandom random = new SplittableRandom(7);
    private long now;

    @Test
    void coldBoardPasses30DegreesWithinTwoMinutes() {
        Board board = new Board(24, now, 1);
        assertThat(secondsUntilAbove(board, 30_00)).isBetween(60L, 120L);
    }

    @Test
    void fanCoolsItBelow27InAboutAMinute() {
        Board board = new Board(30, now, 1);
        assertThat(board.apply(DeviceCommand.FAN_ON, now, random)).isTrue();
        assertThat(board.fan()).isTrue();
        assertThat(secondsUntilBelow(board, 27_00)).isBetween(50L, 90L);
    }

    @Test
    void timeScaleMakesItFaster() {
        Board board = new Board(24, now, 10);
        assertThat(secondsUntilAbove(board, 30_00)).isBetween(6L, 12L);
    }

    @Test
    void hotBoardThatIsNeverCooledSwitchesItselfOffAndComesBackBelow27() {
        Board board = new Board(31, now, 1);
        assertThat(secondsUntilBelow(board, 27_00)).isBetween(100L, 400L);
        assertThat(secondsUntilAbove(board, 30_00)).isBetween(30L, 200L);
    }

    @Test
    void commandThatIsAlreadyObeyedChangesNothing() {
        Board board = new Board(25, now, 1);
        assertThat(board.apply(DeviceCommand.LED_OFF, now, random)).isFalse();
        assertThat(board.apply(DeviceCommand.LED_ON, now, random)).isTrue();
        assertThat(board.apply(DeviceCommand.LED_ON, now, random)).isFalse();
        assertThat(board.apply(DeviceCommand.OTHER, now, random)).isFalse();
        assertThat(board.led()).isTrue();
    }

    private long secondsUntilAbove(Board board, int temperature) {
        long seconds = 0;
        while (board.read(now, random) <= temperature && seconds < 1000) {
            seconds++;
            now += TimeUnit.SECONDS.toNanos(1);
        }
        return seconds;
    }

    private long secondsUntilBelow(Board board, int temperature) {
        long seconds = 0;
        while (board.read(now, random) >= temperature && seconds < 1000) {
            seconds++;
            now += TimeUnit.SECONDS.toNanos(1);
        }
        return seconds;
    }
}
