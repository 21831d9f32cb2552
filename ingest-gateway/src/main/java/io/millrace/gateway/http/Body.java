package io.millrace.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request as it arrives: collected if it is wanted, thrown away if not. What it holds is counted in its loop's
 * {@link Room}. Its event loop only.
 */
final class Body {
    /** What nobody wants is read and thrown away, for the client to see its answer; up to this many bodies of the largest size. */
    private static final int THROWN_AWAY = 8;

    private final Room room;
    private final int most;
    private final Consumer<byte[]> tooLarge;
    private final Runnable tooMuch;
    private @Nullable Buffer collected;
    private long thrownAway;

    /**
     * @param most bytes that are taken
     * @param tooLarge given the beginning of one that has more
     * @param tooMuch called when more is sent than is worth throwing away
     */
    Body(Room room, int most, Consumer<byte[]> tooLarge, Runnable tooMuch) {
        this.room = room;
        this.most = most;
        this.tooLarge = tooLarge;
        this.tooMuch = tooMuch;
    }

    /** From here on it is wanted. */
    void collect() {
        collected = Buffer.buffer();
    }

    void arrived(Buffer chunk) {
        Buffer so = collected;
        if (so == null) {
            thrownAway += chunk.length();
            if (thrownAway > (long) THROWN_AWAY * most) {
                tooMuch.run();
            }
            return;
        }
        so.appendBuffer(chunk);
        room.arrives(chunk.length());
        if (so.length() > most) {
            tooLarge.accept(Arrays.copyOf(taken(so), most));
        }
    }

    /** Hands over all of it, if it was wanted to its end. */
    void complete(Consumer<byte[]> whole) {
        Buffer all = collected;
        if (all != null) {
            whole.accept(taken(all));
        }
    }

    void giveUp() {
        Buffer so = collected;
        if (so != null) {
            var unused = taken(so);
        }
    }

    private byte[] taken(Buffer whole) {
        collected = null;
        room.leaves(whole.length());
        return whole.getBytes();
    }
}
