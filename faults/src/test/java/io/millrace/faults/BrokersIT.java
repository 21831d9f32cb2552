package io.millrace.faults;

import static io.millrace.faults.FaultRig.DEVICES;
import static io.millrace.faults.FaultRig.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, each with a copy of everything, which die one after the other while boards report and are commanded. */
@Tag("long")
class BrokersIT {
    private static final int BROKERS = 3;
    private static final String TELEMETRY = new Topics("").telemetry();

    @TempDir
    private Path directory;

    @Test
    @Timeout(600)
    void aBrokerThatDiesIsReplacedByTheOthersAndNothingAcknowledgedIsLost() throws Exception {
        Assumptions.assumeTrue(LoadBalancer.program().isPresent(), "no haproxy, so no faults: install it");
        Map<String, Double> times = new LinkedHashMap<>();
        try (FaultRig rig = new FaultRig(directory, BROKERS, "faults-brokers");
                Admin admin = Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, rig.cluster.bootstrapServers()));
                Load load = rig.load("copied")) {
            for (Member broker : rig.cluster.brokers) {
                awaitEveryCopy(admin);
                broker.kill();
                long begin = System.nanoTime();
                load.awaitEachServed();
                times.put(
                        broker + " killed, all acknowledged again",
                        seconds(Duration.ofNanos(System.nanoTime() - begin)));
                load.awaitAcknowledged(10L * DEVICES);
                broker.start();
            }
            awaitEveryCopy(admin);
            Books books = load.settle("a broker of three killed, each in turn");
            rig.report.add(books, times);
            assertThat(books.stats().connects().lost()).isZero();
        }
    }

    /** How many copies of each partition of the readings are up to date. */
    private static List<Integer> copies(Admin admin) {
        try {
            return admin.describeTopics(List.of(TELEMETRY)).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(partition -> partition.isr().size())
                    .toList();
        } catch (ExecutionException e) {
            throw new AssertionError("Kafka does not say", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void awaitEveryCopy(Admin admin) {
        await("every copy is up to date").atMost(Load.PATIENCE).untilAsserted(() -> assertThat(copies(admin))
                .containsOnly(BROKERS));
    }
}
