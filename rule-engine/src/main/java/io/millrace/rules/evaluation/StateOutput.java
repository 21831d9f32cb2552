package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of a device's record being written, in passages that tell their length, so that a reader can pass over them. */
final class StateOutput extends DataOutputStream {

    static final int NUMBER = 0;
    static final int FALSE = 1;
    static final int TRUE = 2;
    static final int TEXT = 3;
    static final int LIST = 4;
    static final int GONE = 5;

    /** Of one thread: the lock that the JDK takes for each number would cost as much as all the rest. */
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes() {
            super(1024);
        }

        @Override
        public void write(int value) {
            makeRoom(1);
            buf[count++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            makeRoom(length);
            System.arraycopy(from, offset, buf, count, length);
            count += length;
        }

        private void makeRoom(int more) {
            if (buf.length - count < more) {
                buf = Arrays.copyOf(buf, Math.max(2 * buf.length, Math.addExact(count, more)));
            }
        }

        void putInt(int at, int value) {
            buf[at] = (byte) (value >>> 24);
            buf[at + 1] = (byte) (value >>> 16);
            buf[at + 2] = (byte) (value >>> 8);
            buf[at + 3] = (byte) value;
        }
    }

    private final Bytes bytes;

    StateOutput() {
        this(new Bytes());
    }

    private StateOutput(Bytes bytes) {
        super(bytes);
        this.bytes = bytes;
    }

    void reset() {
        bytes.reset();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Begins a passage; what it gives is for {@link #end}. */
    int begin() throws IOException {
        writeInt(0);
        return bytes.size();
    }

    void end(int begun) {
        bytes.putInt(begun - Integer.BYTES, bytes.size() - begun);
    }

    void writeTexts(Map<String, String> texts) throws IOException {
        writeShort(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            writeUTF(text.getKey());
            writeText(text.getValue());
        }
    }

    void writeValue(@Nullable Object value) throws IOException {
        if (value instanceof Double number) {
            writeByte(NUMBER);
            writeDouble(number);
        } else if (value instanceof Boolean flag) {
            writeByte(flag ? TRUE : FALSE);
        } else if (value instanceof String text) {
            writeByte(TEXT);
            writeText(text);
        } else if (value instanceof List<?> list) {
            writeByte(LIST);
            writeInt(list.size());
            for (Object element : list) {
                writeValue(element);
            }
        } else {
            writeByte(GONE);
        }
    }

    /** Few bytes for what is near zero. */
    void writeVar(long number) throws IOException {
        long rest = number << 1 ^ number >> 63;
        while ((rest & ~0x7fL) != 0) {
            writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    /** Not {@code writeUTF}, which takes 64 KiB at most. */
    void writeText(String text) throws IOException {
        byte[] utf = text.getBytes(UTF_8);
        writeInt(utf.length);
        write(utf);
    }
}
