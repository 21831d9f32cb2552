package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;

/** A device's authenticated identity: 1 to 256 characters of {@code A-Z a-z 0-9 . _ : -}. It is the key of its Kafka records. */
public record DeviceId(@JsonValue String value) implements Comparable<DeviceId> {
    public static final int MAX_LENGTH = 256;

    /** @throws IllegalArgumentException naming the value and what was expected */
    @JsonCreator
    public DeviceId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("device id \"" + shorten(value)
                    + "\" (expected 1 to 256 characters of letters, digits and . _ : -)");
        }
    }

    public static boolean isValid(CharSequence id) {
        int length = id.length();
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isAllowed(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The record key: one byte a character, for all are ASCII. */
    public byte[] key() {
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** @throws IllegalArgumentException if the key is not a device id */
    public static DeviceId ofKey(byte[] key) {
        return new DeviceId(new String(key, StandardCharsets.ISO_8859_1));
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == ':'
                || c == '-';
    }

    private static String shorten(String id) {
        return id.length() <= 80 ? id : id.substring(0, 80) + "…";
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
