package io.millrace.rules.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Since when a condition is true, or has been false, by the messages that carry one of its fields. An unknown one in between, or
 * none for longer than values count, begins the time anew that it has held; whether it was true last stays. Late samples are
 * passed over.
 */
public final class Truth extends History {

    private boolean lastTrue;
    private long heldFrom = NEVER;
    private long endedAt = NEVER;
    private long lastAt = NEVER;

    Truth() {
        super(HistoryKind.TRUTH, 0);
    }

    /**
     * @param result 0 false, 1 true, 2 unknown
     * @param staleAfter milliseconds for which a value counts
     */
    public void add(int result, long time, long staleAfter) {
        if (time < lastAt) {
            return;
        }
        switch (result) {
            case 1 -> {
                if (heldFrom == NEVER || time - lastAt > staleAfter) {
                    heldFrom = time;
                }
                lastTrue = true;
            }
            case 0 -> {
                if (lastTrue) {
                    endedAt = time;
                }
                lastTrue = false;
                heldFrom = NEVER;
            }
            default -> heldFrom = NEVER;
        }
        lastAt = time;
    }

    /** Since when it has been true without a break; {@link #NEVER} if it is not. */
    public long heldFrom() {
        return heldFrom;
    }

    /** True by its last known value. */
    public boolean isTrue() {
        return lastTrue;
    }

    /** The message that made it false after it had been true; {@link #NEVER} if there was none. */
    public long endedAt() {
        return endedAt;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeBoolean(lastTrue);
        out.writeLong(heldFrom);
        out.writeLong(endedAt);
        out.writeLong(lastAt);
    }

    @Override
    public void read(DataInput in) throws IOException {
        lastTrue = in.readBoolean();
        heldFrom = in.readLong();
        endedAt = in.readLong();
        lastAt = in.readLong();
    }
}
