package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row 12 of what must hold, under load: Kafka is stopped while several hundred devices publish as fast as they are answered. By
 * hand for longer: {@code mvn verify -pl ingest-gateway -am -Dit.test=KafkaOutageIT -Doutage.seconds=60 …}, see
 * {@code docs/operations.md}. Broker, gateway and devices share one JVM, so its heap is that of all three.
 */
@Timeout(600)
class KafkaOutageIT {
    private static final int SECONDS = Integer.getInteger("outage.seconds", 10);
    private static final int DEVICES = Integer.getInteger("outage.devices", 300);
    private static final int WINDOW = Integer.getInteger("outage.window", 50);
    private static final int PAYLOAD = Integer.getInteger("outage.payload", 1_000);
    private static final int BOUND = 4 << 20;
    /** Of the rate before: machines that build have other things to do, too. */
    private static final double FULL = 0.7;

    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    Path dir;

    private final AtomicLong mostHeap = new AtomicLong();
    private final AtomicLong mostInFlight = new AtomicLong();

    @Test
    void nothingAcknowledgedIsLostNobodyIsDisconnectedAndTheRateComesBack() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(dir, 0);
        int port = kafka.port();
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        try (GatewayRig rig = new GatewayRig(kafka.bootstrapServers())) {
            GatewayRig.Running gateway = rig.start(
                    0,
                    "flow.bytes-in-flight",
                    Integer.toString(BOUND),
                    "limits.messages-per-second",
                    "0",
                    "limits.bytes-per-second",
                    "0");
            List<String> ids =
                    IntStream.range(0, DEVICES).mapToObj(i -> "out-" + i).toList();
            rig.register(ids.toArray(String[]::new));
            var unused = watch.scheduleAtFixedRate(() -> measure(gateway), 0, 20, TimeUnit.MILLISECONDS);
            try (Fleet fleet = new Fleet(gateway.port(), ids, WINDOW, PAYLOAD)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> fleet.connected.get() == DEVICES);
                rate(fleet, Duration.ofSeconds(2));
                double before = rate(fleet, Duration.ofSeconds(Math.min(5, SECONDS)));

                kafka.close();
                long atStop = settled(fleet);
                TimeUnit.SECONDS.sleep(SECONDS);
                long whileAway = fleet.acknowledged.sum() - atStop;
                long start = System.nanoTime();
                kafka = EmbeddedKafka.start(dir, port);
                double brokerSeconds = seconds(start);
                long back = System.nanoTime();
                double after = 0;
                while (after < FULL * before && seconds(back) < PATIENCE_SECONDS) {
                    after = rate(fleet, Duration.ofMillis(500));
                }
                double backSeconds = seconds(back);
                fleet.stopPublishing();
                await().atMost(Duration.ofMinutes(1)).until(() -> gateway.gauge("gateway.messages.inflight") == 0);
                long acknowledged = fleet.acknowledged.sum();

                Map<String, BitSet> kept = new HashMap<>();
                long records = 0;
                try (Tail telemetry = rig.tail(rig.topics.telemetry())) {
                    records = telemetry.forEachNow(record -> kept.computeIfAbsent(Tail.key(record), id -> new BitSet())
                            .set(number(record.value())));
                }
                long lost = fleet.boards().stream()
                        .mapToLong(board -> board.answered()
                                - countBelow(kept.getOrDefault(board.id, new BitSet()), board.answered()))
                        .sum();
                long distinct =
                        kept.values().stream().mapToLong(BitSet::cardinality).sum();
                System.out.printf(
                        "outage of %d s, %d devices with %d unanswered messages of %d bytes: %,d acknowledged (%,d while away), "
                                + "%,d in Kafka (%,d twice), %d lost, %d connections closed; most in flight %,d bytes, "
                                + "heap at most %d MiB; %,.0f/s before, broker back after %.1f s, %,.0f/s again %.1f s later%n",
                        SECONDS,
                        DEVICES,
                        WINDOW,
                        PAYLOAD,
                        acknowledged,
                        whileAway,
                        distinct,
                        records - distinct,
                        lost,
                        fleet.closed.get(),
                        mostInFlight.get(),
                        mostHeap.get() >> 20,
                        before,
                        brokerSeconds,
                        after,
                        backSeconds);
                for (CloseReason reason : CloseReason.values()) {
                    assertThat(gateway.count("gateway.sessions.closed", "reason", reason.text()))
                            .as(reason.text())
                            .isZero();
                }
                assertThat(lost).isZero();
                assertThat(whileAway).isZero();
                assertThat(records).isEqualTo(distinct);
                assertThat(fleet.closed).hasValue(0);
                assertThat(fleet.outOfOrder).hasValue(0);
                assertThat(mostInFlight.get()).isLessThan(BOUND + 100 * PAYLOAD);
                assertThat(after).isPositive();
            }
        } finally {
            watch.shutdownNow();
            kafka.close();
        }
    }

    private void measure(GatewayRig.Running gateway) {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        mostHeap.accumulateAndGet(heap, Math::max);
        mostInFlight.accumulateAndGet((long) gateway.gauge("gateway.inflight.bytes"), Math::max);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** What is acknowledged once the last PUBACK from before has been read: a busy machine is slow to that. */
    private static long settled(Fleet fleet) throws InterruptedException {
        long before;
        long now = fleet.acknowledged.sum();
        do {
            before = now;
            TimeUnit.SECONDS.sleep(1);
            now = fleet.acknowledged.sum();
        } while (now != before);
        return now;
    }

    /** Acknowledged messages a second. */
    private static double rate(Fleet fleet, Duration during) throws InterruptedException {
        long count = fleet.acknowledged.sum();
        long start = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(during.toMillis());
        return (fleet.acknowledged.sum() - count) / seconds(start);
    }

    private static int number(byte[] reading) {
        int n = 0;
        for (int i = 5; reading[i] != ','; i++) {
            n = 10 * n + reading[i] - '0';
        }
        return n;
    }

    private static int countBelow(BitSet numbers, int end) {
        return numbers.get(0, end).cardinality();
    }
}
