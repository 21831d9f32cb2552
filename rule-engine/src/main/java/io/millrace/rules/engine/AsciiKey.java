package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A key read as text, without making one. */
record AsciiKey(byte[] bytes) implements CharSequence {
    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public char charAt(int index) {
        return (char) (bytes[index] & 0xff);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }

    @Override
    public String toString() {
        return new String(bytes, ISO_8859_1);
    }
}
