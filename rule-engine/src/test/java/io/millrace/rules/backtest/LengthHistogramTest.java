package io.millrace.rules.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthHistogramTest {

    @Test
    void quantilesAreWithinTwoPerCent() {
        Random random = new Random(3);
        long[] lengths = new long[10_000];
        LengthHistogram one = new LengthHistogram();
        LengthHistogram two = new LengthHistogram();
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (long) Math.exp(random.nextDouble() * 25);
            (i % 2 == 0 ? one : two).add(lengths[i]);
        }
        one.add(two);
        Arrays.sort(lengths);
        for (double share : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            long exact = lengths[(int) Math.ceil(share * lengths.length) - 1];
            assertThat((double) one.quantile(share).orElseThrow()).isCloseTo(exact, within(1 + exact * 0.02));
        }
    }

    @Test
    void withoutEpisodesThereIsNoLength() {
        assertThat(new LengthHistogram().quantile(0.5)).isEmpty();
    }
}
