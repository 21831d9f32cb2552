package io.millrace.rules.expression;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a command or a published record carries: a text, or JSON whose texts are templates. */
public sealed interface Payload {

    /** The text to send; empty if a value in it is missing. */
    Optional<String> render(Frame frame);

    Inputs inputs();

    /** Sent as it stands. */
    record Text(Template template) implements Payload {

        @Override
        public Optional<String> render(Frame frame) {
            return template.render(frame);
        }

        @Override
        public Inputs inputs() {
            return template.inputs();
        }
    }

    /** A JSON value: Map, List, Template, Double, Boolean; {@link #NULL} for a null written in the file. */
    record Json(Object root, Inputs inputs) implements Payload {

        /** A null that the author wrote; a missing value never becomes one. */
        public static final Object NULL = new Object();

        @Override
        public Optional<String> render(Frame frame) {
            StringBuilder json = new StringBuilder();
            return write(root, frame, json) ? Optional.of(json.toString()) : Optional.empty();
        }

        private static boolean write(Object node, Frame frame, StringBuilder json) {
            if (node instanceof Map<?, ?> map) {
                char before = '{';
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.append(before);
                    quote(entry.getKey().toString(), json);
                    json.append(':');
                    if (!write(entry.getValue(), frame, json)) {
                        return false;
                    }
                    before = ',';
                }
                json.append(map.isEmpty() ? "{}" : "}");
                return true;
            }
            if (node instanceof List<?> list) {
                char before = '[';
                for (Object element : list) {
                    json.append(before);
                    if (!write(element, frame, json)) {
                        return false;
                    }
                    before = ',';
                }
                json.append(list.isEmpty() ? "[]" : "]");
                return true;
            }
            if (node instanceof Template template) {
                return write(template, frame, json);
            }
            if (node == NULL) {
                json.append("null");
            } else if (node instanceof Double number) {
                json.append(Numbers.text(number));
            } else if (node instanceof Boolean) {
                json.append(node);
            } else {
                quote(Values.text(node), json);
            }
            return true;
        }

        private static boolean write(Template template, Frame frame, StringBuilder json) {
            if (template.isSingleValue() && template.parts().get(0) instanceof Template.Value single) {
                @Nullable Object value = single.expression().value(frame);
                return value != null && write(value, frame, json);
            }
            Optional<String> text = template.render(frame);
            text.ifPresent(found -> quote(found, json));
            return text.isPresent();
        }

        private static void quote(String text, StringBuilder json) {
            json.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"' -> json.append("\\\"");
                    case '\\' -> json.append("\\\\");
                    case '\n' -> json.append("\\n");
                    case '\r' -> json.append("\\r");
                    case '\t' -> json.append("\\t");
                    default -> {
                        if (c < ' ') {
                            json.append("\\u%04x".formatted((int) c));
                        } else {
                            json.append(c);
                        }
                    }
                }
            }
            json.append('"');
        }
    }
}
