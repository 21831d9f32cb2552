package io.millrace.simulator.payload;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Always the same JSON. */
public final class Constant implements Generator {
    private final byte[] json;

    public Constant(String json) {
        this.json = json.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int slots() {
        return 0;
    }

    @Override
    public void start(double[] state, int at, RandomGenerator random) {}

    @Override
    public void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random) {
        out.raw(json);
    }
}
