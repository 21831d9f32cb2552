package io.millrace.rules.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.millrace.rules.source.Passage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One field at regular times in promtool's expanding notation: {@code a+bxn} is a, then n more, each b further; {@code axn} is n + 1
 * times a; {@code _} and {@code _xn} carry nothing; {@code stale} is an explicit null. Beside numbers there are true and false.
 */
final class Series {

    private static final int MOST = 1_000_000;
    private static final String HELP = "values with blanks between them: `20+1x12 _x3 33x2 true stale`";

    private static final String NUMBER = "\\d*\\.?\\d+(?:[eE][-+]?\\d{1,2})?";
    private static final Pattern STEPS =
            Pattern.compile("([-+]?" + NUMBER + ")(?:([-+])([-+]?" + NUMBER + "))?(?:x(\\d{1,9}))?");
    private static final Pattern WORDS = Pattern.compile("(_|true|false|stale)(?:x(\\d{1,9}))?");
    private static final Pattern ITEM = Pattern.compile("\\S+");

    private Series() {}

    /** Told what is wrong, and at which code point of the text. */
    @FunctionalInterface
    interface Complaint {
        void about(Passage part, String message, String help);
    }

    /** In order; empty where the message does not carry the field. */
    static List<Optional<JsonNode>> parse(Passage text, Complaint complaint) {
        List<Optional<JsonNode>> samples = new ArrayList<>();
        Matcher items = ITEM.matcher(text.text());
        while (items.find()) {
            if (!add(items.group(), samples)) {
                int from = text.text().codePointCount(0, items.start());
                int length = items.group().codePointCount(0, items.group().length());
                String message = samples.size() > MOST
                        ? "more than a million samples"
                        : "`" + items.group() + "` is no part of a series";
                complaint.about(text.part(from, from + length), message, HELP);
                return samples;
            }
        }
        return samples;
    }

    private static boolean add(String item, List<Optional<JsonNode>> samples) {
        Matcher word = WORDS.matcher(item);
        if (word.matches()) {
            Optional<JsonNode> value =
                    switch (word.group(1)) {
                        case "_" -> Optional.empty();
                        case "stale" -> Optional.of(NullNode.instance);
                        default -> Optional.of(BooleanNode.valueOf(word.group(1).equals("true")));
                    };
            // Of nothing there are n, of a value n more: so promtool counts.
            int count = word.group(2) == null ? 1 : Integer.parseInt(word.group(2)) + (value.isEmpty() ? 0 : 1);
            return fits(samples, count) && samples.addAll(java.util.Collections.nCopies(count, value));
        }
        Matcher steps = STEPS.matcher(item);
        if (!steps.matches() || steps.group(2) != null && steps.group(4) == null) {
            return false;
        }
        BigDecimal first = new BigDecimal(steps.group(1));
        BigDecimal step = steps.group(2) == null ? BigDecimal.ZERO : new BigDecimal(steps.group(3));
        int more = steps.group(4) == null ? 0 : Integer.parseInt(steps.group(4));
        if (!fits(samples, more + 1)) {
            return false;
        }
        for (int i = 0; i <= more; i++) {
            BigDecimal way = step.multiply(BigDecimal.valueOf(i));
            BigDecimal value = "-".equals(steps.group(2)) ? first.subtract(way) : first.add(way);
            samples.add(Optional.of(DecimalNode.valueOf(value)));
        }
        return true;
    }

    /** Too many leave one too many behind, by which the complaint is known. */
    private static boolean fits(List<Optional<JsonNode>> samples, int count) {
        if (samples.size() + (long) count <= MOST) {
            return true;
        }
        samples.addAll(java.util.Collections.nCopies(MOST + 1 - samples.size(), Optional.empty()));
        return false;
    }
}
