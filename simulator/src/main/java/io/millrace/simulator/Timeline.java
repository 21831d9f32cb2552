package io.millrace.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * The course of a run, a sample a second. When there are too many, every other is dropped and from then on only each second, fourth …
 * is kept, so that a run of days has a timeline too. One thread.
 */
final class Timeline {
    static final int MOST_SAMPLES = 1_200;

    private final List<Sample> samples = new ArrayList<>();
    private int every = 1;
    private int seen;

    void add(Sample sample) {
        if (++seen % every != 0) {
            return;
        }
        samples.add(sample);
        if (samples.size() == MOST_SAMPLES) {
            List<Sample> kept = new ArrayList<>();
            for (int i = 1; i < samples.size(); i += 2) {
                kept.add(samples.get(i));
            }
            samples.clear();
            samples.addAll(kept);
            every *= 2;
        }
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }
}
