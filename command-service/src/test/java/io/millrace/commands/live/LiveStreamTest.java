package io.millrace.commands.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveStreamTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Listener listener = new Listener();
    private final AtomicInteger gone = new AtomicInteger();
    private final LiveStream stream = new LiveStream(context, listener, gone::incrementAndGet);

    @AfterEach
    void close() {
        result(vertx.close());
    }

    @Test
    void whatThereIsNoRoomForIsDroppedAndCountedAndTheCountIsToldFirst() {
        offer("a");
        listener.full = true;
        offer("b");
        offer("c");
        onContext(stream::heartbeat);
        listener.full = false;
        offer("d");
        offer("e");

        assertThat(listener.heard).containsExactly("a", "event: dropped\ndata: {\"count\":2}\n\n", "d", "e");
    }

    @Test
    void aHeartbeatTellsOfWhatWasDropped() {
        listener.full = true;
        offer("a");
        listener.full = false;
        onContext(stream::heartbeat);

        assertThat(listener.heard).containsExactly("event: dropped\ndata: {\"count\":1}\n\n", ": still here\n\n");
    }

    @Test
    void whatComesWhileTheEventLoopIsBusyIsBoundedToo() {
        onContext(() -> {
            for (int i = 0; i < 1_500; i++) {
                stream.offer(event("x"));
            }
        });
        onContext(() -> {});
        offer("last");

        assertThat(listener.heard)
                .hasSize(1_002)
                .endsWith("last")
                .contains("event: dropped\ndata: {\"count\":500}\n\n");
    }

    @Test
    void whoCannotBeWrittenToIsGone() {
        listener.broken = true;
        onContext(() -> stream.comment("connected"));

        await().untilAsserted(() -> assertThat(gone).hasValue(1));
    }

    @Test
    void nothingIsWrittenAfterTheEnd() {
        offer("a");
        onContext(stream::end);
        offer("b");
        onContext(() -> stream.comment("listening"));

        assertThat(listener.heard).containsExactly("a");
    }

    private void offer(String text) {
        stream.offer(event(text));
        onContext(() -> {});
    }

    private static LiveEvent event(String text) {
        return new LiveEvent(LiveEvent.Type.TELEMETRY, Optional.empty(), Buffer.buffer(text));
    }

    /** Returns when it has run. */
    private void onContext(Runnable action) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            action.run();
            done.complete();
        });
        result(done.future());
    }

    private static void result(Future<Void> future) {
        var unused = future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** On the context alone, and read by the test when that is done. */
    private static final class Listener implements WriteStream<Buffer> {
        final List<String> heard = new ArrayList<>();
        volatile boolean full;
        volatile boolean broken;

        @Override
        public Future<Void> write(Buffer data) {
            if (broken) {
                return Future.failedFuture("connection closed");
            }
            heard.add(data.toString());
            return Future.succeededFuture();
        }

        @Override
        public boolean writeQueueFull() {
            return full;
        }

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
            return this;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }
}
