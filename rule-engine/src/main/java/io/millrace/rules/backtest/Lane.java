package io.millrace.rules.backtest;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleSet;
import java.util.List;
import java.util.Set;

/** Some of the devices, under each rule set that is tried. Of its worker's thread. */
final class Lane {

    /** Readings this much older than what has been read before are not in order. */
    private static final long OUT_OF_ORDER = 60_000;

    final List<Replay> replays;
    long messages;
    long rejected;
    long outOfOrder;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    Lane(List<RuleSet> sets, Set<String> topics) {
        replays = sets.stream().map(set -> new Replay(set, topics)).toList();
    }

    /** The device is there from that time on. */
    void register(byte[] key, DeviceAttributes attributes, long time) {
        replays.forEach(replay -> replay.register(key, attributes, time));
    }

    void run(Batch batch) {
        int sign = 0;
        for (int i = 0; i < batch.size(); i++) {
            long time = batch.time(i);
            for (; sign < batch.signs() && batch.sign(sign) <= time; sign++) {
                sign(batch.sign(sign));
            }
            read(batch.key(i), batch.value(i), time);
        }
        for (; sign < batch.signs(); sign++) {
            sign(batch.sign(sign));
        }
    }

    private void sign(long time) {
        for (int i = 0; i < replays.size(); i++) {
            replays.get(i).sign(time);
        }
    }

    private void read(byte[] key, byte[] value, long time) {
        messages++;
        if (messages > 1 && time < last - OUT_OF_ORDER) {
            outOfOrder++;
        }
        first = Math.min(first, time);
        last = Math.max(last, time);
        boolean good = true;
        for (int i = 0; i < replays.size(); i++) {
            good = replays.get(i).read(key, value, time);
        }
        if (!good) {
            rejected++;
        }
    }

    void end(long time) {
        replays.forEach(replay -> replay.end(time));
    }
}
