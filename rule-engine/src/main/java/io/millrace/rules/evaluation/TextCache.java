package io.millrace.rules.evaluation;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Short texts that were seen lately, so that {@code "open"} from ten thousand devices is one String. Of its task's thread. */
final class TextCache {

    private static final int SIZE = 512;
    private static final int LONGEST = 32;

    private final @Nullable String[] texts = new String[SIZE];

    String get(byte[] bytes, int from, int to, int hash) {
        if (to - from > LONGEST) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int at = (hash ^ hash >>> 9) & SIZE - 1;
        String known = texts[at];
        if (known == null || !isSame(known, bytes, from, to)) {
            known = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            texts[at] = known;
        }
        return known;
    }

    /** Only ASCII can be the same: anything else is decoded anew. */
    private static boolean isSame(String text, byte[] bytes, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] < 0 || text.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
