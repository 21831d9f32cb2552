package io.millrace.simulator.payload;

import java.util.Arrays;

/** JSON written by hand into one buffer that is used again, because it runs for every message of a fleet. One for each event loop. */
public final class JsonBytes {
    private static final long[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};
    /** Above this a double holds no such fraction any more. */
    private static final double MOST = 1e12;

    private byte[] buffer = new byte[512];
    private int length;

    public void clear() {
        length = 0;
    }

    public byte[] copy() {
        return Arrays.copyOf(buffer, length);
    }

    /** Characters of ASCII that need no escaping, as those of a device id. */
    public void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[length++] = (byte) text.charAt(i);
        }
    }

    /** JSON that was made before. */
    public void raw(byte[] json) {
        room(json.length);
        System.arraycopy(json, 0, buffer, length, json.length);
        length += json.length;
    }

    public void integer(long value) {
        room(20);
        if (value < 0) {
            buffer[length++] = '-';
        }
        digits(Math.abs(value));
    }

    /** At most so many digits (0 to 6) behind the point, and none that is not needed: as on the board, 31.00 is printed as 31 and 25.50 as 25.5. */
    public void decimal(double value, int digits) {
        double bounded = Math.max(-MOST, Math.min(MOST, value));
        long power = POWERS[digits];
        scaled(Math.round(bounded * power), power);
    }

    /** A number of hundredths. */
    public void hundredths(int value) {
        scaled(value, 100);
    }

    private void scaled(long value, long power) {
        room(30);
        if (value < 0) {
            buffer[length++] = '-';
        }
        long positive = Math.abs(value);
        digits(positive / power);
        long fraction = positive % power;
        if (fraction == 0) {
            return;
        }
        buffer[length++] = '.';
        for (long place = power / 10; fraction > 0; place /= 10) {
            buffer[length++] = (byte) ('0' + fraction / place);
            fraction %= place;
        }
    }

    private void digits(long value) {
        if (value >= 10) {
            digits(value / 10);
        }
        buffer[length++] = (byte) ('0' + value % 10);
    }

    private void room(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
