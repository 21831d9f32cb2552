package io.millrace.faults;

import io.millrace.simulator.EspTimings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds, one after the other as a seed has it, for minutes, with the timings of real boards: {@code mvn verify -Pfaults}.
 * The seed is printed; given again ({@code -Dfaults.seed}), it makes the same faults.
 */
@Tag("long")
class FaultScheduleIT {
    private static final int DEVICES = Integer.getInteger("faults.devices", 2000);
    private static final Duration FOR = Duration.ofMinutes(Integer.getInteger("faults.minutes", 5));
    private static final long SEED = Long.getLong("faults.seed", System.currentTimeMillis());
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    @Test
    @Timeout(7200)
    void whateverHappensNothingThatWasPromisedIsLost() throws Exception {
        Assumptions.assumeTrue(LoadBalancer.program().isPresent(), "no haproxy, so no faults: install it");
        System.out.println("faults.seed=" + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, Double> recovered = new LinkedHashMap<>();
        try (Cluster cluster = new Cluster(directory, 1, 2);
                Load load = new Load(cluster, "fleet", DEVICES, INTERVAL, EspTimings.DEFAULT).start()) {
            long end = System.nanoTime() + FOR.toNanos();
            for (int n = 1; System.nanoTime() < end; n++) {
                Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
                long seconds = random.nextLong(3, 15);
                System.out.println(n + " " + fault + " for " + seconds + " s");
                Runnable mend = fault.strike(cluster, random);
                Thread.sleep(Duration.ofSeconds(seconds).toMillis());
                long mended = System.nanoTime();
                mend.run();
                load.awaitAllConnected();
                load.awaitAcknowledged(DEVICES);
                recovered.put(n + " " + fault, (System.nanoTime() - mended) / 1_000_000 / 1000.0);
            }
            new FaultReport("faults-" + SEED).add(load.settle("faults of seed " + SEED), recovered);
        }
    }
}
