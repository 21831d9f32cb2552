package io.millrace.commands.api;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Cuts what arrives into lines, numbered from 1. One that is too long is passed on as such, and not kept. For one upload. */
final class Lines {
    /** @param bytes null if there were too many */
    record Line(long number, byte @Nullable [] bytes) {
        boolean isBlank() {
            if (bytes == null) {
                return false;
            }
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    private final int longest;
    private final Queue<Line> whole = new ArrayDeque<>();
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean tooLong;
    private long number;

    Lines(int longest) {
        this.longest = longest;
    }

    void add(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, from, i);
                endLine();
                from = i + 1;
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** The last line may do without its end. */
    void end() {
        if (begun.size() > 0 || tooLong) {
            endLine();
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (tooLong || begun.size() + to - from > longest) {
            tooLong = true;
            begun.reset();
        } else {
            begun.write(bytes, from, to - from);
        }
    }

    private void endLine() {
        number++;
        Line line = new Line(number, tooLong ? null : begun.toByteArray());
        if (!line.isBlank()) {
            whole.add(line);
        }
        begun.reset();
        tooLong = false;
    }

    /** How many were whole so far. */
    long count() {
        return number;
    }

    /** The next one that is whole and not blank. */
    Optional<Line> next() {
        return Optional.ofNullable(whole.poll());
    }
}
