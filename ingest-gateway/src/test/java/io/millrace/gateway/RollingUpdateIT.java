package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Row 10 of what must hold: one gateway after the other is stopped and started anew, while their devices publish. A load balancer
 * sends nobody to one that is going.
 */
@Timeout(300)
class RollingUpdateIT {
    private static final int DEVICES = 20;
    private static final int SLOTS = 2;
    private static final Duration BACK = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final List<GatewayRig.Running> balanced = new CopyOnWriteArrayList<>();
    private volatile boolean publishing = true;

    /** A device that publishes one reading after the other, and comes back when it has lost its gateway. */
    private final class Board {
        final String id;
        private final int number;
        private final Thread thread;
        private volatile int acknowledged;
        private volatile long longestGap;
        private int brokenOff;
        private long heard = System.nanoTime();

        Board(int number) {
            this.number = number;
            this.id = "roll-" + number;
            this.thread = new Thread(this::run, id);
        }

        private void run() {
            for (int tries = 0; publishing; tries++) {
                GatewayRig.Running gateway = balanced.get((number + tries) % balanced.size());
                try (RawClient client = new RawClient(gateway.port())) {
                    client.send(RawClient.connect(id, id, "pw-" + id));
                    if (client.next().equals("20 00 00")) {
                        longestGap = Math.max(longestGap, System.nanoTime() - heard);
                        publish(client);
                    }
                } catch (IOException e) {
                    // What a board may see of a gateway that goes: it tries again.
                    brokenOff++;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        /** Until the gateway ends it. A reading that was not acknowledged is sent again. */
        private void publish(RawClient client) throws IOException {
            while (publishing) {
                int n = acknowledged;
                client.send(RawClient.publish(
                        "devices/" + id + "/telemetry", "{\"n\":" + n + "}", 1, 1 + n % 60_000, false));
                String answer = client.next();
                if (answer.equals("end")) {
                    return;
                }
                assertThat(answer).startsWith("40 ");
                acknowledged = n + 1;
                heard = System.nanoTime();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static int number(byte[] reading) {
        return Json.read(reading, Map.class).get("n") instanceof Integer n ? n : -1;
    }

    @Test
    void everyDeviceIsBackWithinAMinuteAndNothingAcknowledgedIsLost() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            for (int slot = 0; slot < SLOTS; slot++) {
                balanced.add(rig.start(slot));
            }
            List<Board> boards =
                    IntStream.range(0, DEVICES).mapToObj(Board::new).toList();
            rig.register(boards.stream().map(board -> board.id).toArray(String[]::new));
            boards.forEach(board -> board.thread.start());
            awaitFiveMoreOfEach(boards);
            for (int slot = 0; slot < SLOTS; slot++) {
                GatewayRig.Running old = balanced.remove(0);
                rig.stop(old);
                awaitFiveMoreOfEach(boards);
                balanced.add(rig.start(slot));
                awaitFiveMoreOfEach(boards);
            }
            publishing = false;
            for (Board board : boards) {
                board.thread.join();
                assertThat(Duration.ofNanos(board.longestGap))
                        .as("%s, broken off %d times", board.id, board.brokenOff)
                        .isLessThan(BACK);
            }
            Map<String, BitSet> kept = new HashMap<>();
            try (Tail telemetry = rig.tail(rig.topics.telemetry())) {
                assertThat(telemetry.forEachNow(record -> kept.computeIfAbsent(Tail.key(record), id -> new BitSet())
                                .set(number(record.value()))))
                        .isPositive();
            }
            for (Board board : boards) {
                assertThat(kept.getOrDefault(board.id, new BitSet()).nextClearBit(0))
                        .as("%s: readings without a gap", board.id)
                        .isGreaterThanOrEqualTo(board.acknowledged);
            }
        } finally {
            publishing = false;
        }
    }

    private static void awaitFiveMoreOfEach(List<Board> boards) {
        int[] before = boards.stream().mapToInt(board -> board.acknowledged).toArray();
        await().atMost(BACK).until(() -> IntStream.range(0, before.length)
                .allMatch(i -> boards.get(i).acknowledged >= before[i] + 5));
    }
}
