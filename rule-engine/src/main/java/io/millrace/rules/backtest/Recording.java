package io.millrace.rules.backtest;

import java.io.Closeable;
import java.io.IOException;

/** Readings that were kept: a file, or a topic. */
public interface Recording extends Closeable {

    /** Takes the readings, each device's in the order in which they came. The bytes are only lent. */
    interface Reader {
        void reading(byte[] bytes, int deviceFrom, int deviceTo, int valueFrom, int valueTo, long time);

        /** What could not be used, and why. */
        void unreadable(long place, String why);
    }

    /** To its end. */
    void readTo(Reader reader) throws IOException;

    /** How much of it has been read, 0 to 1; any thread. */
    double progress();
}
