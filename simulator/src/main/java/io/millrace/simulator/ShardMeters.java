package io.millrace.simulator;

import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What the devices of one event loop count. Only that event loop writes, without a lock or a contended cache line; any one thread
 * at a time may read. The fleet adds the shards up.
 */
final class ShardMeters {
    enum Count {
        CONNECT_TRIES,
        CONNECTED,
        /** Connections that ended without our doing. */
        LOST,
        /** Connections that the simulator ended. */
        LEFT,
        SUBSCRIPTIONS_REFUSED,
        READINGS,
        /** Readings that were due while there was no connection or no room to keep them. */
        READINGS_SKIPPED,
        /** Readings that were not taken in time because the simulator itself was too busy. */
        READINGS_MISSED,
        RESPONSES,
        PUBLISHED_QOS0,
        PUBLISHED,
        ACKNOWLEDGED,
        RESENT,
        FORGOTTEN,
        /** Acknowledgements of a message that is not in flight, as a second one after a repeat. */
        ACKNOWLEDGED_AGAIN,
        COMMANDS_REDELIVERED,
        COMMANDS_WITHOUT_EFFECT,
        CROSSINGS,
        CROSSINGS_ANSWERED,
        CROSSINGS_UNANSWERED
    }

    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
    private final AtomicLongArray failures = new AtomicLongArray(ConnectFailure.values().length);
    private final AtomicLongArray commands = new AtomicLongArray(DeviceCommand.values().length);
    private final SingleWriterRecorder acknowledgement = new SingleWriterRecorder(HIGHEST_MICROS, 3);
    private final SingleWriterRecorder reaction = new SingleWriterRecorder(HIGHEST_MICROS, 3);

    void count(Count count) {
        add(counts, count.ordinal(), 1);
    }

    void count(Count count, int number) {
        add(counts, count.ordinal(), number);
    }

    void count(ConnectFailure failure) {
        add(failures, failure.ordinal(), 1);
    }

    void count(DeviceCommand command) {
        add(commands, command.ordinal(), 1);
    }

    void acknowledgedAfter(long nanos) {
        acknowledgement.recordValue(Math.min(nanos / 1000, HIGHEST_MICROS));
    }

    void reactedAfter(long nanos) {
        reaction.recordValue(Math.min(nanos / 1000, HIGHEST_MICROS));
    }

    long get(Count count) {
        return counts.get(count.ordinal());
    }

    long get(ConnectFailure failure) {
        return failures.get(failure.ordinal());
    }

    long get(DeviceCommand command) {
        return commands.get(command.ordinal());
    }

    /** Adds the latencies since the last call, in microseconds. */
    void drainInto(Histogram acknowledgements, Histogram reactions) {
        acknowledgements.add(acknowledgement.getIntervalHistogram());
        reactions.add(reaction.getIntervalHistogram());
    }

    private static void add(AtomicLongArray array, int index, int number) {
        array.lazySet(index, array.getPlain(index) + number);
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, 3);
    }
}
