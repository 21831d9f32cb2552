package io.millrace.rules.evaluation;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message through one partition's engine: JSON bytes in, state kept. By the clock, so on an idle machine only; where others work
 * too, {@link EvaluationBench} counts processor time. Run by {@code rule-engine/benchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx2g")
public class EvaluationBenchmark {

    private static final int DEVICES = 10_000;

    @Param({"1", "100", "10000"})
    int rules;

    @Param({"STEADY", "WILD"})
    EvaluationWorkload.@Nullable Telemetry telemetry;

    private @Nullable EvaluationWorkload workload;

    /** Every device has spoken once: the first reading of a device asks all rules. */
    @Setup
    public void setUp() {
        if (telemetry == null) {
            throw new IllegalStateException("telemetry is not set");
        }
        workload = new EvaluationWorkload(rules, DEVICES, telemetry);
        for (int i = 0; i < DEVICES; i++) {
            var unused = workload.next();
        }
    }

    @Benchmark
    public PartitionEngine.Taken message() {
        if (workload == null) {
            throw new IllegalStateException("not set up");
        }
        return workload.next();
    }
}
