package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * Texts that JSON can name by escapes and nobody can keep: with U+0000, for which PostgreSQL has no place, and with half a surrogate pair,
 * which no UTF-8 can say. Pure.
 */
final class Unwritable {
    static final String WHAT = "the character U+0000 or half a surrogate pair";

    private Unwritable() {}

    /** The path of the first such text, such as {@code labels.site} or {@code ids[3]}; a field whose name is one is called by its parent. */
    static Optional<String> in(JsonNode node) {
        return in(node, "");
    }

    private static Optional<String> in(JsonNode node, String path) {
        if (node.isTextual()) {
            return isWritable(node.textValue()) ? Optional.empty() : Optional.of(path);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            Optional<String> found = isWritable(name)
                    ? in(field.getValue(), path.isEmpty() ? name : path + "." + name)
                    : Optional.of(path.isEmpty() ? "a field's name" : path);
            if (found.isPresent()) {
                return found;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            Optional<String> found = in(node.get(i), path + "[" + i + "]");
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    static boolean isWritable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
