package io.millrace.commands.live;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The streams of this instance's listeners: opens them, up to a number, keeps them alive, and ends them with their right to listen. */
public final class Live {
    /** Shorter than any proxy's patience, and than our own. */
    private static final Duration PACE = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final LiveFeed feed;
    private final int most;

    /** @param most listeners at once */
    public Live(Vertx vertx, LiveFeed feed, int most) {
        this.vertx = vertx;
        this.feed = feed;
        this.most = most;
    }

    public boolean isFull() {
        return feed.size() >= most;
    }

    public int most() {
        return most;
    }

    /**
     * Writes what happens until the listener is gone or may no longer listen. On the event loop of the request.
     *
     * @param mayStill asked every 15 s; failing is no answer, and changes nothing
     * @param whenGone takes what is to be run when the connection is over
     * @return completes at the end; fails if Kafka is away at the start
     */
    public Future<Void> listen(
            LiveFilter filter,
            WriteStream<Buffer> out,
            Supplier<Future<Boolean>> mayStill,
            Consumer<Runnable> whenGone) {
        Context context = vertx.getOrCreateContext();
        Promise<Void> end = Promise.promise();
        LiveStream stream = new LiveStream(context, out, end::tryComplete);
        Promise<Void> listening = Promise.promise();
        LiveFeed.Subscription subscription = feed.subscribe(filter, stream::offer, listening);
        stream.comment("connected");
        listening
                .future()
                .onSuccess(done -> context.runOnContext(now -> stream.comment("listening")))
                .onFailure(end::tryFail);
        long timer = vertx.setPeriodic(PACE.toMillis(), tick -> {
            stream.heartbeat();
            mayStill.get().onSuccess(may -> {
                if (!may) {
                    end.tryComplete();
                }
            });
        });
        whenGone.accept(() -> end.tryComplete());
        return end.future().onComplete(ended -> {
            stream.end();
            vertx.cancelTimer(timer);
            subscription.close();
        });
    }
}
