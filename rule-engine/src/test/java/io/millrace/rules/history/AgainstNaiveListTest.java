package io.millrace.rules.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Every function says what a plain list of the samples says, on random sequences with pauses, bursts and late samples, written
 * and read again at random moments. What the list counts is a window rounded outwards to whole sub-buckets.
 */
class AgainstNaiveListTest {

    private record At(double value, long time) {}

    private static final long START = 1_800_000_000_000L;
    private static final Offset<Double> NEAR = within(1e-6);

    private final List<At> all = new ArrayList<>();
    private long newest = Long.MIN_VALUE;

    private static <H extends History> H restored(H history) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            history.write(new DataOutputStream(bytes));
            History read = history.kind().create(history.size());
            read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            @SuppressWarnings("unchecked")
            H same = (H) read;
            return same;
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The samples that lie in sub-buckets touched by the window, by time. */
    private List<At> covered(long width, long now) {
        long step = Math.max(1_000, (width + 59) / 60);
        long from = Math.floorDiv(now - width, step) * step;
        return all.stream()
                .filter(at -> at.time > from && at.time <= now)
                .sorted(Comparator.comparingLong(At::time))
                .toList();
    }

    private static double steps(List<At> samples, HistoryKind kind) {
        double sum = 0;
        for (int i = 1; i < samples.size(); i++) {
            double from = samples.get(i - 1).value;
            double to = samples.get(i).value;
            sum += switch (kind) {
                case INCREASE -> to >= from ? to - from : to;
                case RESETS -> to < from ? 1 : 0;
                default -> to == from ? 0 : 1;
            };
        }
        return sum;
    }

    private static double slope(List<At> samples) {
        double meanTime = samples.stream()
                .mapToDouble(at -> (at.time - START) / 1e3)
                .average()
                .orElseThrow();
        double mean = samples.stream().mapToDouble(At::value).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (At at : samples) {
            double off = (at.time - START) / 1e3 - meanTime;
            products += off * (at.value - mean);
            squares += off * off;
        }
        return products / squares;
    }

    /** A width from one second to a day; samples closer together or further apart than a sub-bucket. */
    @RepeatedTest(120)
    void windowsOfTime(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long width = Math.round(1_000 * Math.pow(86_400, random.nextDouble()));
        boolean late = repetition.getCurrentRepetition() % 3 == 0;
        long pace = Math.max(1, width / (1 + random.nextInt(200)));
        MeanWindow mean = new MeanWindow(width);
        SpreadWindow spread = new SpreadWindow(width);
        ExtremeWindow least = new ExtremeWindow(HistoryKind.LEAST, width);
        ExtremeWindow greatest = new ExtremeWindow(HistoryKind.GREATEST, width);
        StepWindow delta = new StepWindow(HistoryKind.DELTA, width);
        StepWindow increase = new StepWindow(HistoryKind.INCREASE, width);
        StepWindow resets = new StepWindow(HistoryKind.RESETS, width);
        StepWindow changes = new StepWindow(HistoryKind.CHANGES, width);
        SlopeWindow slope = new SlopeWindow(width);
        long now = START + random.nextInt(100_000);
        for (int i = 0; i < 400; i++) {
            now += 1
                    + (long)
                            (random.nextInt(50) == 0
                                    ? width * 2 * random.nextDouble()
                                    : pace * 2 * random.nextDouble());
            // A late sample comes a whole sub-bucket and more behind the newest, before all others of its own.
            long time = late && random.nextInt(5) == 0 ? now - random.nextLong(width * 2) : now;
            double value = 101_325 + random.nextInt(5);
            boolean tooLate = newest != Long.MIN_VALUE && bucket(time, width) <= bucket(newest, width) - ring(width);
            for (TimeWindow window : List.of(mean, spread, least, greatest, delta, increase, resets, changes, slope)) {
                window.add(value, time);
            }
            newest = Math.max(newest, time);
            if (!tooLate) {
                all.add(new At(value, time));
            }
            if (random.nextInt(40) == 0) {
                mean = restored(mean);
                spread = restored(spread);
                least = restored(least);
                greatest = restored(greatest);
                delta = restored(delta);
                increase = restored(increase);
                resets = restored(resets);
                changes = restored(changes);
                slope = restored(slope);
            }
            long asked = random.nextInt(4) == 0 ? now + random.nextLong(width) : now;
            List<At> seen = covered(width, asked);
            if (seen.isEmpty()) {
                assertThat(mean.mean(asked)).isNaN();
                assertThat(mean.count(asked)).isNaN();
                assertThat(least.extreme(asked)).isNaN();
                assertThat(spread.deviation(asked)).isNaN();
                assertThat(resets.steps(asked)).isNaN();
                continue;
            }
            double[] values = seen.stream().mapToDouble(At::value).toArray();
            double average = java.util.Arrays.stream(values).average().orElseThrow();
            double squares = java.util.Arrays.stream(values)
                    .map(each -> (each - average) * (each - average))
                    .average()
                    .orElseThrow();
            assertThat(mean.mean(asked)).isCloseTo(average, NEAR);
            assertThat(mean.sumOf(asked)).isCloseTo(average * values.length, within(1e-3));
            assertThat(mean.count(asked)).isEqualTo(values.length);
            assertThat(spread.deviation(asked)).isCloseTo(Math.sqrt(squares), NEAR);
            assertThat(least.extreme(asked))
                    .isEqualTo(java.util.Arrays.stream(values).min().orElseThrow());
            assertThat(greatest.extreme(asked))
                    .isEqualTo(java.util.Arrays.stream(values).max().orElseThrow());
            At first = seen.get(0);
            At last = seen.get(seen.size() - 1);
            if (values.length == 1) {
                assertThat(delta.delta(asked)).isNaN();
                assertThat(increase.rate(asked)).isNaN();
                assertThat(slope.slope(asked)).isNaN();
            } else if (last.time > first.time) {
                assertThat(slope.slope(asked)).isCloseTo(slope(seen), within(Math.abs(slope(seen)) * 1e-5 + 1e-7));
            }
            if (!late && values.length > 1) {
                assertThat(delta.delta(asked)).isEqualTo(last.value - first.value);
                assertThat(increase.steps(asked)).isCloseTo(steps(seen, HistoryKind.INCREASE), NEAR);
                assertThat(increase.rate(asked))
                        .isCloseTo(steps(seen, HistoryKind.INCREASE) * 1_000 / (last.time - first.time), within(1e-3));
                assertThat(resets.steps(asked)).isEqualTo(steps(seen, HistoryKind.RESETS));
                assertThat(changes.steps(asked)).isEqualTo(steps(seen, HistoryKind.CHANGES));
            }
        }
    }

    private static long bucket(long time, long width) {
        return Math.floorDiv(time - 1, Math.max(1_000, (width + 59) / 60));
    }

    private static long ring(long width) {
        long step = Math.max(1_000, (width + 59) / 60);
        return (width + step - 1) / step + 1;
    }

    @RepeatedTest(30)
    void theLastN(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int most = repetition.getCurrentRepetition() == 1 ? LastSamples.MOST : 1 + random.nextInt(60);
        LastSamples samples = new LastSamples(HistoryKind.SAMPLES, most);
        LastSamples ranked = new LastSamples(HistoryKind.RANKED, most);
        assertThat(samples.mean()).isNaN();
        assertThat(samples.count()).isNaN();
        for (int i = 0; i < most * 3; i++) {
            double value = random.nextInt(20) - 5;
            samples.add(value, START + i);
            ranked.add(value, START + i);
            all.add(new At(value, START + i));
            if (random.nextInt(10) == 0) {
                samples = restored(samples);
                ranked = restored(ranked);
            }
            double[] values = all.subList(Math.max(0, all.size() - most), all.size()).stream()
                    .mapToDouble(At::value)
                    .sorted()
                    .toArray();
            assertThat(samples.count()).isEqualTo(values.length);
            assertThat(samples.sum()).isCloseTo(java.util.Arrays.stream(values).sum(), NEAR);
            assertThat(samples.mean())
                    .isCloseTo(java.util.Arrays.stream(values).average().orElseThrow(), NEAR);
            assertThat(samples.least()).isEqualTo(values[0]);
            assertThat(samples.greatest()).isEqualTo(values[values.length - 1]);
            double q = random.nextInt(5) / 4.0;
            double rank = q * (values.length - 1);
            int below = (int) rank;
            double above = values[Math.min(below + 1, values.length - 1)];
            assertThat(ranked.quantile(q)).isCloseTo(values[below] + (above - values[below]) * (rank - below), NEAR);
        }
    }

    @Test
    void aWindowThatEndsOnAWholeStepIsExactAndLeavesOutItsBeginning() {
        MeanWindow window = new MeanWindow(300_000);
        for (int minute = 0; minute <= 5; minute++) {
            window.add(1, START + minute * 60_000);
        }
        assertThat(window.count(START + 300_000)).isEqualTo(5);
        // Between two steps it reaches back to the beginning of a sub-bucket, never more than w / 60 too far.
        assertThat(window.count(START + 304_999)).isEqualTo(5);
        assertThat(window.count(START + 359_999)).isEqualTo(5);
        assertThat(window.count(START + 365_000)).isEqualTo(4);
    }

    @Test
    void nothingOfADayOfSamplesIsLostToRounding() {
        MeanWindow window = new MeanWindow(3_600_000);
        for (int second = 0; second < 86_400; second++) {
            window.add(second < 43_200 ? 1e15 : 0.1, START + second * 1_000L);
        }
        assertThat(window.mean(START + 86_399_000L)).isCloseTo(0.1, within(1e-12));
    }
}
