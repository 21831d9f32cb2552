package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Slots;
import java.util.Arrays;

/**
 * What the message at hand brought that is another value than before, and which rules that concerns. Reused for every message of a
 * task, of its thread.
 */
final class News {

    /** The slots with another value: slot s = bit s & 63 of word s >> 6. */
    private final long[] changed;
    /** By slot of {@link #changed}, what stood there before and still counted. */
    private final double[] oldNumbers;

    private final byte[] oldFlags;

    News(int fields) {
        changed = new long[(fields >> 6) + 1];
        oldNumbers = new double[fields];
        oldFlags = new byte[fields];
    }

    /** Takes the message over into the device's last values. @param freshSince a value from before counts no more */
    void take(DeviceState device, Reading reading, long freshSince) {
        Arrays.fill(changed, 0);
        FieldValues news = reading.values();
        FieldValues last = device.values;
        long[] carried = reading.carried();
        for (int word = 0; word < carried.length; word++) {
            for (long bits = carried[word]; bits != 0; bits &= bits - 1) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
                boolean fresh = last.time(slot) >= freshSince;
                if (!fresh || !last.sameValue(slot, news)) {
                    changed[word] |= 1L << slot;
                    oldNumbers[slot] = fresh ? last.number(slot) : Double.NaN;
                    oldFlags[slot] = fresh ? (byte) last.flag(slot) : BooleanExpression.UNKNOWN_FLAG;
                }
                last.take(slot, news);
            }
        }
    }

    /** Rules that it may make true; those that are pending or firing, for any other value may move them; those that wait for any message. */
    void concern(DeviceState device, Reading reading, Places concerned) {
        RuleIndex index = device.plan.index;
        concerned.add(index.everyMessage);
        index.carried(reading.carried(), concerned);
        index.changed(changed, oldNumbers, oldFlags, device.values, concerned);
        Instances instances = device.instances;
        for (int at = 0; at < instances.size(); at++) {
            Instance instance = instances.at(at);
            Slots fields = device.plan.rule(instances.place(at)).fields;
            if (instance.phase != Phase.INACTIVE && fields.intersects(changed)
                    || instance.again && fields.intersects(reading.carried())
                    || Silence.isNoticed(instance)) {
                concerned.add(instances.place(at));
            }
        }
    }
}
