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
        /** Those of them that were not the first of their device. */
        RECONNECTED,
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
        /** Readings that the server has answered with an error and that are not sent again. */
        REJECTED,
        /** Acknowledgements of a message that is not in flight, as a second one after a repeat. */
        ACKNOWLEDGED_AGAIN,
        COMMANDS_REDELIVERED,
        /** Commands above the board's buffer: only a first piece reached the firmware with its topic. */
        COMMANDS_IN_PIECES,
        COMMANDS_WITHOUT_EFFECT,
        CROSSINGS,
        CROSSINGS_ANSWERED,
        CROSSINGS_UNANSWERED
    }

    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
    private final AtomicLongArray failures = new AtomicLongArray(ConnectFailure.values().length);
    private final AtomicLongArray ends = new AtomicLongArray(ConnectionEnd.values().length);
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

    void count(ConnectionEnd end) {
        add(ends, end.ordinal(), 1);
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

    long get(ConnectionEnd end) {
        return ends.get(end.ordinal());
    }

    long get(DeviceCommand command) {
        return commands.get(command.ordinal());
    }

    /** Latencies of acknowledgements since the last call, in microseconds. */
    Histogram freshAcknowledgements() {
        return acknowledgement.getIntervalHistogram();
    }

    /** Latencies of reactions since the last call, in microseconds. */
    Histogram freshReactions() {
        return reaction.getIntervalHistogram();
    }

    private static void add(AtomicLongArray array, int index, int number) {
        array.lazySet(index, array.getPlain(index) + number);
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, 3);
    }
}
