package io.millrace.simulator.payload;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** One of several JSON values at random, each reading anew, those with a greater weight more often. */
public final class Choice implements Generator {
    /** @param weight against those of the others, not necessarily of 1 or 100 */
    public record Weighted(String json, double weight) {
        public Weighted {
            Generator.require(weight > 0 && weight < 1e9, "weight", weight, "above 0");
        }
    }

    private final byte[][] values;
    /** The weights of all values up to each. */
    private final double[] upTo;

    public Choice(List<Weighted> weighted) {
        Generator.require(!weighted.isEmpty(), "choice", weighted, "at least one value");
        values = new byte[weighted.size()][];
        upTo = new double[weighted.size()];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = weighted.get(i).json().getBytes(StandardCharsets.UTF_8);
            sum += weighted.get(i).weight();
            upTo[i] = sum;
        }
    }

    @Override
    public int slots() {
        return 0;
    }

    @Override
    public void start(double[] state, int at, RandomGenerator random) {}

    @Override
    public void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random) {
        double drawn = random.nextDouble() * upTo[upTo.length - 1];
        int chosen = 0;
        while (chosen < values.length - 1 && drawn >= upTo[chosen]) {
            chosen++;
        }
        out.raw(values[chosen]);
    }
}
