package io.millrace.simulator.payload;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A level with noise, and at random moments, on average once in `every`, another level for the time `lasts`. */
public record Spikes(double base, double noise, double height, Duration every, Duration lasts, int decimals)
        implements Generator {
    public Spikes {
        Generator.require(noise >= 0, "noise", noise, "0 or more");
        Generator.require(every.toMillis() > 0, "every", every, "above 0");
        Generator.require(lasts.toMillis() > 0, "lasts", lasts, "above 0");
        Generator.require(decimals >= 0 && decimals <= 6, "decimals", decimals, "0 to 6");
    }

    /** When the next spike begins; a spike that lasts began at most `lasts` ago. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void start(double[] state, int at, RandomGenerator random) {
        state[at] = pause(random);
    }

    @Override
    public void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random) {
        double end = state[at] + lasts.toMillis() / 1000.0;
        if (seconds >= end) {
            state[at] = seconds + pause(random);
        }
        double level = seconds >= state[at] ? base + height : base;
        out.decimal(noise > 0 ? level + noise * random.nextGaussian() : level, decimals);
    }

    /** Spikes know nothing of each other: the pauses between them are exponential. */
    private double pause(RandomGenerator random) {
        return every.toMillis() / 1000.0 * random.nextExponential();
    }
}
