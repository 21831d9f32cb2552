package io.millrace.simulator;

import org.HdrHistogram.Histogram;

/** How long something took, in milliseconds; all 0 if it never happened. */
public record Latency(long count, double p50, double p90, double p99, double max) {

    static Latency ofMicros(Histogram histogram) {
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1000.0,
                histogram.getValueAtPercentile(90) / 1000.0,
                histogram.getValueAtPercentile(99) / 1000.0,
                histogram.getMaxValue() / 1000.0);
    }
}
