package io.millrace.rules.evaluation;

import java.io.IOException;

/** The messages that a device may send again, in its record: only those that still can be. */
final class RedeliveriesForm {

    private RedeliveriesForm() {}

    static void write(Redeliveries seen, long lastSeen, StateOutput out) throws IOException {
        int count = 0;
        while (count < seen.count && lastSeen - seen.times[seen.at(count + 1)] <= Redeliveries.MAX_AGE_MILLIS) {
            count++;
        }
        out.writeByte(count);
        for (int back = count; back >= 1; back--) {
            int at = seen.at(back);
            out.writeDouble(seen.ids[at]);
            out.writeInt(seen.hashes[at]);
            out.writeInt((int) (lastSeen - seen.times[at]));
        }
    }

    static void read(StateInput in, Redeliveries seen, long lastSeen) throws IOException {
        for (int i = in.readByte(); i > 0; i--) {
            seen.remember(in.readDouble(), in.readInt(), lastSeen - in.readInt());
        }
    }
}
