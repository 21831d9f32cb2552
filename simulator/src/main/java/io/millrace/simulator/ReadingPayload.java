package io.millrace.simulator;

import java.util.Arrays;

/**
 * Writes a reading as the seed firmware does. By hand, because it runs for every message of a fleet and a device id needs no
 * escaping. One for each event loop.
 */
final class ReadingPayload {
    private final byte[] buffer = new byte[512];
    private int length;

    /** `temperature` is in hundredths; as on the board, 31.00 is printed as 31 and 25.50 as 25.5. */
    byte[] of(int messageId, String deviceId, int temperature, boolean led, boolean fan) {
        length = 0;
        text("{\"messageId\":");
        number(messageId);
        text(",\"deviceId\":\"");
        text(deviceId);
        text("\",\"temperature\":");
        decimal(temperature);
        text(led ? ",\"ledState\":true" : ",\"ledState\":false");
        text(fan ? ",\"fanState\":true}" : ",\"fanState\":false}");
        return Arrays.copyOf(buffer, length);
    }

    private void decimal(int hundredths) {
        if (hundredths < 0) {
            buffer[length++] = '-';
        }
        int value = Math.abs(hundredths);
        number(value / 100);
        int fraction = value % 100;
        if (fraction == 0) {
            return;
        }
        buffer[length++] = '.';
        buffer[length++] = (byte) ('0' + fraction / 10);
        if (fraction % 10 != 0) {
            buffer[length++] = (byte) ('0' + fraction % 10);
        }
    }

    private void number(int value) {
        if (value >= 10) {
            number(value / 10);
        }
        buffer[length++] = (byte) ('0' + value % 10);
    }

    private void text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            buffer[length++] = (byte) ascii.charAt(i);
        }
    }
}
