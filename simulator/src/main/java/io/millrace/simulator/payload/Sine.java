package io.millrace.simulator.payload;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Up and down around a mean, as the temperature of a day; each device at a phase of its own. */
public record Sine(double mean, double amplitude, Duration period, double noise, int decimals) implements Generator {
    public Sine {
        Generator.require(period.toMillis() > 0, "period", period, "above 0");
        Generator.require(noise >= 0, "noise", noise, "0 or more");
        Generator.require(decimals >= 0 && decimals <= 6, "decimals", decimals, "0 to 6");
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void start(double[] state, int at, RandomGenerator random) {
        state[at] = random.nextDouble() * 2 * Math.PI;
    }

    @Override
    public void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random) {
        double angle = state[at] + 2 * Math.PI * seconds * 1000 / period.toMillis();
        double value = mean + amplitude * Math.sin(angle);
        out.decimal(noise > 0 ? value + noise * random.nextGaussian() : value, decimals);
    }
}
