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
 * use one identity. Nothing is read from them meanwhile; who leaves is forgotten. One for each event loop, its thread only.
 */
final class WaitingRoom {
    private final Loop loop;
    private final ConnectPace pace;
    private final int most;
    private final GatewayMetrics metrics;
    private int waiting;

    WaitingRoom(Loop loop, StormConfig storm, GatewayMetrics metrics) {
        this.loop = loop;
        this.pace =
                new ConnectPace(storm.connectsPerSecond(), storm.waiting(), System.nanoTime(), new SplittableRandom());
        this.most = storm.waiting();
        this.metrics = metrics;
    }

    /**
     * Lets a client in now or in a while.
     *
     * @param admitted told for how many nanoseconds it has waited; may be called before this returns
     * @return false if there are too many; then nothing follows
     */
    boolean enter(MqttEndpoint endpoint, LongConsumer admitted) {
        long delay = pace.delay(System.nanoTime());
        if (delay == 0) {
            admitted.accept(0);
            return true;
        }
        return delay != ConnectPace.REFUSED && hold(endpoint, delay, () -> admitted.accept(delay));
    }

    /**
     * Lets a client wait.
     *
     * @return false if too many do; then nothing follows
     */
    boolean hold(MqttEndpoint endpoint, long nanos, Runnable after) {
        if (waiting >= most) {
            return false;
        }
        waiting++;
        metrics.connectsDelayed.increment();
        ScheduledFuture<?> turn = loop.schedule(
                () -> {
                    waiting--;
                    after.run();
                },
                TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        var unused = endpoint.closeHandler(v -> {
                    var unusedToo = leave(turn);
                })
                .exceptionHandler(failure -> {
                    // Bytes behind the CONNECT that are no packet.
                    if (leave(turn)) {
                        endpoint.close();
                    }
                });
        return true;
    }

    private boolean leave(ScheduledFuture<?> turn) {
        boolean waited = turn.cancel(false);
        if (waited) {
            waiting--;
            metrics.connect(ConnectOutcome.GONE);
        }
        return waited;
    }

    /** For a gauge; another thread may see it a little late. */
    int waiting() {
        return waiting;
    }
}
