package io.millrace.simulator.payload;

import java.util.random.RandomGenerator;

/** Each value a random step, at most `step`, away from the one before, thrown back at the bounds. */
public record RandomWalk(double start, double step, double min, double max, int decimals) implements Generator {
    public RandomWalk {
        Generator.require(step >= 0, "step", step, "0 or more");
        Generator.require(min < max, "min", min, "less than max");
        Generator.require(start >= min && start <= max, "start", start, "from min to max");
        Generator.require(decimals >= 0 && decimals <= 6, "decimals", decimals, "0 to 6");
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void start(double[] state, int at, RandomGenerator random) {
        state[at] = start;
    }

    @Override
    public void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random) {
        double value = state[at] + step * (2 * random.nextDouble() - 1);
        if (value > max) {
            value = 2 * max - value;
        }
        if (value < min) {
            value = 2 * min - value;
        }
        state[at] = Math.max(min, Math.min(max, value));
        out.decimal(state[at], decimals);
    }
}
