package io.millrace.commands.live;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one listener is sent. Holds nothing back: an event for which there is no room, because the listener reads too slowly, is dropped
 * and counted, and the count is told as soon as there is room again.
 */
final class LiveStream {
    /** Events on their way from the readers' threads to the event loop. */
    private static final int MOST_UNDER_WAY = 1_000;

    private static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");

    private final Context context;
    private final WriteStream<Buffer> out;
    private final Runnable gone;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    /** Of the event loop. */
    private boolean over;

    /** @param gone runs when the listener can be written to no more */
    LiveStream(Context context, WriteStream<Buffer> out, Runnable gone) {
        this.context = context;
        this.out = out;
        this.gone = gone;
    }

    /** Any thread. */
    void offer(LiveEvent event) {
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        context.runOnContext(now -> {
            underWay.decrementAndGet();
            if (out.writeQueueFull()) {
                dropped.incrementAndGet();
            } else {
                tellDropped();
                write(event.frame());
            }
        });
    }

    /** The event loop. */
    void comment(String text) {
        write(Buffer.buffer(": " + text + "\n\n"));
    }

    /** The event loop. Keeps what stands in between from taking the connection for dead. */
    void heartbeat() {
        if (!out.writeQueueFull()) {
            tellDropped();
            write(HEARTBEAT);
        }
    }

    /** The event loop. Nothing is written any more. */
    void end() {
        over = true;
    }

    private void tellDropped() {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            write(Buffer.buffer("event: dropped\ndata: {\"count\":" + count + "}\n\n"));
        }
    }

    /** Fails if the listener is gone: of one who left before his stream began the end of the connection does not tell. */
    private void write(Buffer buffer) {
        if (over) {
            return;
        }
        out.write(buffer).onFailure(failure -> gone.run());
    }
}
