package io.millrace.rules.cel;

import java.util.List;

/** What a name in an expression stands for. */
sealed interface Name {

    /** A telemetry field. */
    record OfField(List<String> path) implements Name {

        public OfField {
            path = List.copyOf(path);
        }

        /** As one writes it: {@code gps.lat}, {@code msg["odd name"]}. */
        String written() {
            if (path.stream().allMatch(Texts::isIdentifier)) {
                return String.join(".", path);
            }
            StringBuilder text = new StringBuilder("msg");
            for (String step : path) {
                text.append(Texts.isIdentifier(step) ? "." + step : "[\"" + step + "\"]");
            }
            return text.toString();
        }
    }

    record DeviceId() implements Name {}

    record DeviceLabel(String label) implements Name {}

    record DeviceAttribute(List<String> path) implements Name {}

    record Now() implements Name {}

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
