package io.millrace.standalone;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The rows of "What must hold" in docs/architecture.md that need processes: two gateways and two command services, started once for all. */
class ClusterIT {
    @TempDir
    private static Path directory;

    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Nested
    class Boards extends ClusterBoards {
        Boards() {
            super(cluster);
        }
    }

    @Nested
    class Outages extends ClusterOutages {
        Outages() {
            super(cluster);
        }
    }
}
