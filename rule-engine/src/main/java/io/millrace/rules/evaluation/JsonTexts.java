package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Bounds;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What stands between the quotes of a JSON text: the rarer things, off the path of plain texts. */
final class JsonTexts {

    /** What decoding puts in the place of bytes that are no UTF-8. */
    static final char REPLACEMENT = '\uFFFD';

    private JsonTexts() {}

    /** The escapes have been checked before. Half a character is replaced: nothing could write it. */
    static String unescaped(byte[] json, int from, int to) {
        StringBuilder text = new StringBuilder();
        String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char e = raw.charAt(++i);
            switch (e) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(e);
            }
        }
        return Bounds.wellFormed(text.toString());
    }

    /** Whether a {@link #REPLACEMENT} was in the text from the beginning. */
    static boolean isUtf8(byte[] json, int from, int to) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json, from, to - from));
            return true;
        } catch (CharacterCodingException garbled) {
            return false;
        }
    }
}
