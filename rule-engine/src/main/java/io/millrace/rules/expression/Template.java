package io.millrace.rules.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text with {@code ${CEL}} in it. Rendered only when an action runs, so it may allocate.
 *
 * @param parts literal texts and values in turn, without empty literals
 * @param source as it stands in the file, for display
 */
public record Template(List<Part> parts, Inputs inputs, String source) {

    /** A piece of a template. */
    public sealed interface Part {}

    public record Literal(String text) implements Part {}

    public record Value(ValueExpression expression, String text) implements Part {}

    public Template {
        parts = List.copyOf(parts);
    }

    public static Template literal(String text) {
        List<Part> parts = new ArrayList<>();
        if (!text.isEmpty()) {
            parts.add(new Literal(text));
        }
        return new Template(parts, Inputs.NONE, text);
    }

    /** Empty if a value in it is missing, or it has become too long: the action is then cancelled, never sent with "null" in it. */
    public Optional<String> render(Frame frame) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                text.append(literal.text());
            } else if (part instanceof Value value) {
                Object found = value.expression().value(frame);
                if (found == null) {
                    return Optional.empty();
                }
                text.append(Values.text(found));
            }
        }
        return text.length() > Bounds.COMPOSED ? Optional.empty() : Optional.of(Bounds.wellFormed(text.toString()));
    }

    /** True if the whole text is one {@code ${…}}: in JSON it then keeps its type. */
    public boolean isSingleValue() {
        return parts.size() == 1 && parts.get(0) instanceof Value;
    }

    /** True if it is the same text every time. */
    public boolean isLiteral() {
        return parts.stream().allMatch(part -> part instanceof Literal);
    }
}
