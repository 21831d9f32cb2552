package io.millrace.rules.backtest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** JSON lines, plain, {@code .gz} or {@code .zst}; read once, line by line. */
public final class RecordedFile implements Recording {

    private static final int CHUNK = 1 << 20;
    private static final int LONGEST_LINE = 16 << 20;

    private final InputStream in;
    private final Counting counted;
    private final long size;
    private final RecordedLine line = new RecordedLine();

    public RecordedFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory (expected a file of JSON lines)");
        }
        size = Math.max(1, Files.size(file));
        counted = new Counting(Files.newInputStream(file));
        String name = String.valueOf(file.getFileName());
        try {
            in = name.endsWith(".gz")
                    ? new GZIPInputStream(counted, CHUNK)
                    : name.endsWith(".zst") ? new ZstdInputStream(counted).setContinuous(false) : counted;
        } catch (IOException | RuntimeException e) {
            counted.close();
            throw e;
        }
    }

    /** Knows how far the file has been read. */
    private static final class Counting extends FilterInputStream {
        volatile long position;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            moved(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            moved(Math.max(0, read));
            return read;
        }

        /** One thread reads, another may look. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void moved(int bytes) {
            position += bytes;
        }
    }

    @Override
    public void readTo(Reader reader) throws IOException {
        byte[] buffer = new byte[CHUNK];
        int length = 0;
        long number = 0;
        boolean more = true;
        while (more) {
            if (length == buffer.length) {
                if (length >= LONGEST_LINE) {
                    throw new IOException("line " + (number + 1) + " is longer than 16 MiB");
                }
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            int read = in.read(buffer, length, buffer.length - length);
            more = read >= 0;
            length += Math.max(0, read);
            int from = 0;
            for (int to = from; to < length; to++) {
                if (buffer[to] == '\n') {
                    one(buffer, from, to, ++number, reader);
                    from = to + 1;
                }
            }
            if (!more && from < length) {
                one(buffer, from, length, ++number, reader);
                from = length;
            }
            System.arraycopy(buffer, from, buffer, 0, length - from);
            length -= from;
        }
    }

    private void one(byte[] bytes, int from, int to, long number, Reader reader) {
        int last = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
        if (last == from) {
            return;
        }
        @Nullable String wrong = line.read(bytes, from, last);
        if (wrong != null) {
            reader.unreadable(number, wrong);
        } else {
            reader.reading(bytes, line.deviceFrom, line.deviceTo, line.valueFrom, line.valueTo, line.time);
        }
    }

    @Override
    public double progress() {
        return Math.min(1, (double) counted.position / size);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
