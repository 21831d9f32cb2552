package io.millrace.rules.cel;

import java.util.List;
import java.util.Set;

/** What a name in an expression stands for. */
sealed interface Name {

    /** Words that no field can be called without {@code msg["…"]}: CEL's reserved ones and our own. */
    Set<String> CLASHING = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "false",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
            "loop",
            "package",
            "namespace",
            "null",
            "return",
            "true",
            "var",
            "void",
            "while",
            "device",
            "now",
            "msg");

    /** A telemetry field. */
    record OfField(List<String> path) implements Name {

        public OfField {
            path = List.copyOf(path);
        }

        /** As one writes it: {@code gps.lat}, {@code msg["odd name"]}. */
        String written() {
            if (path.stream().allMatch(Texts::isIdentifier) && !CLASHING.contains(path.get(0))) {
                return String.join(".", path);
            }
            StringBuilder text = new StringBuilder("msg");
            for (String step : path) {
                boolean plain = Texts.isIdentifier(step) && !CLASHING.contains(step);
                text.append(plain ? "." + step : "[\"" + step + "\"]");
            }
            return text.toString();
        }
    }

    record DeviceId() implements Name {}

    record DeviceLabel(String label) implements Name {}

    record DeviceAttribute(List<String> path) implements Name {}

    record Now() implements Name {}

    /** A name that the rule file gives: a variable of the rule, or a record of the file. */
    record Local(String name) implements Name {}

    /** A name that only templates know. */
    record Extra(Word word) implements Name {

        enum Word {
            VALUE("value"),
            LEVEL("level"),
            STARTS_AT("startsAt"),
            DURATION("duration"),
            LAST_SEEN("lastSeen"),
            RULE_NAME("rule.name"),
            RULE_REVISION("rule.revision");

            private final String written;

            Word(String written) {
                this.written = written;
            }

            String written() {
                return written;
            }
        }
    }
}
