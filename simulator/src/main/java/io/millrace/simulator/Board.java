package io.millrace.simulator;

import java.util.random.RandomGenerator;

/**
 * The physics of one board: a thermometer next to something that heats, a fan and a LED. Warms towards 34 °C, cools towards
 * 24 °C with the fan on. Times are those of System.nanoTime. Owned by the device's event loop; lives as long as the fleet.
 */
final class Board {
    static final double WARM = 34;
    static final double COOL = 24;
    /** Warming from 24 to 30 °C takes 92 s, cooling from 30 to 27 °C 69 s, warming up again 56 s. */
    static final double TIME_CONSTANT_SECONDS = 100;

    private static final double NOISE = 0.05;
    /**
     * Too hot without a fan, what heats switches itself off until it has cooled down. So a board whose rule was firing before the
     * simulator was started anew comes below 27 °C again instead of waiting in the heat for a command that was sent long ago.
     */
    private static final double CUT_OUT = 33.5;

    private static final double CUT_IN = 26;

    private final double nanosPerTimeConstant;
    private double temperature;
    private long at;
    private boolean led;
    private boolean fan;
    private boolean cutOut;

    Board(double temperature, long now, double timeScale) {
        this.temperature = temperature;
        this.at = now;
        this.nanosPerTimeConstant = TIME_CONSTANT_SECONDS * 1e9 / timeScale;
    }

    /** What the thermometer shows now, in hundredths of a degree. */
    int read(long now, RandomGenerator random) {
        double target = fan || cutOut ? COOL : WARM;
        temperature += (target - temperature) * -Math.expm1(-(now - at) / nanosPerTimeConstant);
        at = now;
        if (temperature >= CUT_OUT) {
            cutOut = true;
        } else if (temperature <= CUT_IN) {
            cutOut = false;
        }
        return (int) Math.round((temperature + NOISE * random.nextGaussian()) * 100);
    }

    /** Returns whether the command changed anything. */
    boolean apply(DeviceCommand command, long now, RandomGenerator random) {
        boolean ledBefore = led;
        boolean fanBefore = fan;
        // Up to now the board warmed or cooled with the old state.
        int unused = read(now, random);
        switch (command) {
            case LED_ON -> led = true;
            case LED_OFF -> led = false;
            case FAN_ON -> fan = true;
            case FAN_OFF -> fan = false;
            case OTHER -> {}
        }
        return led != ledBefore || fan != fanBefore;
    }

    boolean led() {
        return led;
    }

    boolean fan() {
        return fan;
    }
}
