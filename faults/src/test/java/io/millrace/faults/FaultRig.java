package io.millrace.faults;

import io.millrace.simulator.EspTimings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What the tests of one class share: the cluster, the load, and the report. */
final class FaultRig implements AutoCloseable {
    static final int DEVICES = 120;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** As esp-mqtt's, but it comes back sooner: a test has no ten seconds to spare. */
    static final EspTimings TIMINGS =
            EspTimings.DEFAULT.withReconnectAfter(Duration.ofSeconds(1)).withNetworkTimeout(Duration.ofSeconds(3));

    final Cluster cluster;
    final FaultReport report;

    /**
     * @param kafka how many brokers
     * @param name of the report
     */
    FaultRig(Path directory, int kafka, String name) throws IOException {
        cluster = new Cluster(directory, kafka, 1);
        report = new FaultReport(name);
    }

    /** @param name what the ids of its devices begin with */
    Load load(String name) throws Exception {
        return new Load(cluster, name, DEVICES, INTERVAL, TIMINGS).start();
    }

    static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    @Override
    public void close() throws IOException {
        cluster.close();
    }
}
