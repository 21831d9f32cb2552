package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.vertx.mqtt.MqttEndpoint;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Where clients wait whose CONNECT has come and who are not let in yet: because too many come at once, or because two boards
 * use one identity. Nothing is read from them meanwhile; who leaves is forgotten. What they have sent is bounded in number and
 * in bytes, for a will can be large. One for each event loop, its thread only.
 */
final class WaitingRoom {
    /** Of a CONNECT, on average; one with a token is about as long. */
    private static final long BYTES_OF_EACH = 2 << 10;

    /** Where few may wait, one of any length may. */
    private static final long LEAST_BYTES = 128 << 10;

    private final Loop loop;
    private final ConnectPace pace;
    private final int most;
    private final long mostBytes;
    private final GatewayMetrics metrics;
    private int waiting;
    private long bytes;

    WaitingRoom(Loop loop, StormConfig storm, GatewayMetrics metrics) {
        this.loop = loop;
        this.pace =
                new ConnectPace(storm.connectsPerSecond(), storm.waiting(), System.nanoTime(), new SplittableRandom());
        this.most = storm.waiting();
        this.mostBytes = Math.max(most * BYTES_OF_EACH, LEAST_BYTES);
        this.metrics = metrics;
    }

    /**
     * Lets a client in now or in a while.
     *
     * @param admitted told for how many nanoseconds it has waited; may be called before this returns
     * @return false if there are too many; then nothing follows
     */
    boolean enter(MqttEndpoint endpoint, Stranger client, LongConsumer admitted) {
        long delay = pace.delay(System.nanoTime());
        if (delay == 0) {
            admitted.accept(0);
            client.goesOn();
            return true;
        }
        return delay != ConnectPace.REFUSED && hold(endpoint, client, delay, () -> admitted.accept(delay));
    }

    /**
     * Lets a client wait.
     *
     * @return false if too many do; then nothing follows
     */
    boolean hold(MqttEndpoint endpoint, Stranger client, long nanos, Runnable after) {
        if (waiting >= most || bytes + client.bytes() > mostBytes) {
            return false;
        }
        comes(client);
        metrics.connectsDelayed.increment();
        ScheduledFuture<?> turn = loop.schedule(
                () -> {
                    goes(client);
                    after.run();
                    client.goesOn();
                },
                TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        var unused = endpoint.closeHandler(v -> {
                    var unusedToo = leave(client, turn);
                })
                .exceptionHandler(failure -> {
                    // Bytes behind the CONNECT that are no packet.
                    if (leave(client, turn)) {
                        endpoint.close();
                    }
                });
        return true;
    }

    private void comes(Stranger client) {
        waiting++;
        bytes += client.bytes();
        client.waitsIn(this);
    }

    private void goes(Stranger client) {
        waiting--;
        bytes -= client.bytes();
        client.leaves();
    }

    /** What has been read with the CONNECT may come in several pieces. */
    void grows(int by) {
        bytes += by;
    }

    private boolean leave(Stranger client, ScheduledFuture<?> turn) {
        boolean waited = turn.cancel(false);
        if (waited) {
            goes(client);
            metrics.connect(ConnectOutcome.GONE);
        }
        return waited;
    }

    /** For a gauge; another thread may see it a little late. */
    int waiting() {
        return waiting;
    }
}
