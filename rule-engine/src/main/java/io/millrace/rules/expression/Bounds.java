package io.millrace.rules.expression;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of what others write is kept of a device. Its state is one record, which Kafka takes up to a megabyte: what is larger
 * than anything that a rule can mean counts as missing.
 */
public final class Bounds {

    /** Characters of a text that a device sends, or of all texts in a list with one more for each element. */
    public static final int VALUE = 16_384;
    /** Characters of a text that expressions put together. */
    public static final int COMPOSED = 65_536;
    /** Characters of what is sent or published: what gateways take at most. */
    public static final int PAYLOAD = 262_144;
    /** Labels of a device, and attributes. */
    static final int ENTRIES = 1_000;

    private static final int NAME = 256;
    private static final int ALL = 131_072;

    private Bounds() {}

    /** Whether it is kept: a text or a list may be too large. */
    public static boolean hold(Object value) {
        return weight(value, VALUE) <= VALUE;
    }

    /** The smallest number that is more than {@code most} if it is more. */
    private static int weight(Object value, int most) {
        if (value instanceof String text) {
            return Math.min(text.length(), most + 1);
        }
        if (!(value instanceof List<?> list)) {
            return 1;
        }
        int weight = 0;
        for (Object element : list) {
            weight += 1 + weight(element, most);
            if (weight > most) {
                return most + 1;
            }
        }
        return weight;
    }

    /** Those, in the order of their names, that can be kept; the same object if all can. */
    static <T> Map<String, T> within(Map<String, T> entries) {
        Map<String, T> kept = new TreeMap<>();
        int left = ALL;
        for (Map.Entry<String, T> entry : new TreeMap<>(entries).entrySet()) {
            int weight = weight(entry.getValue(), VALUE) + entry.getKey().length();
            boolean fits = entry.getKey().length() <= NAME && weight <= VALUE && weight <= left;
            if (fits && kept.size() < ENTRIES) {
                kept.put(entry.getKey(), entry.getValue());
                left -= weight;
            }
        }
        return kept.size() == entries.size() ? entries : kept;
    }

    /** The text with half characters (a surrogate by itself, which no UTF-8 can say) replaced; the same object if there are none. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return text.codePoints()
                            .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                                    ? '\uFFFD'
                                    : point)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString();
                }
                i++;
            }
        }
        return text;
    }
}
