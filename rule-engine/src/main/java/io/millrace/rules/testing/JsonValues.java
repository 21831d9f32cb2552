package io.millrace.rules.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.rules.language.Reading;
import io.millrace.rules.source.Problems.Subject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What YAML holds, as the JSON that a device would have sent or gets. */
final class JsonValues {

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?");
    private static final int LONGEST_NUMBER = 40;

    private final Reading reading;

    JsonValues(Reading reading) {
        this.reading = reading;
    }

    JsonNode of(Node node, Subject subject) {
        if (node instanceof MappingNode map) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (NodeTuple pair : map.getValue()) {
                String key = pair.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                JsonNode value = of(pair.getValueNode(), subject);
                if (object.has(key)) {
                    reading.error(pair.getKeyNode(), "E104", subject, "the key \"" + key + "\" is there twice", "");
                }
                object.set(key, value);
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            sequence.getValue().forEach(element -> array.add(of(element, subject)));
            return array;
        }
        return scalar((ScalarNode) node, subject);
    }

    private JsonNode scalar(ScalarNode scalar, Subject subject) {
        Tag tag = scalar.getTag();
        String written = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            return NullNode.instance;
        }
        if (tag.equals(Tag.BOOL)) {
            return BooleanNode.valueOf(written.equalsIgnoreCase("true"));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            if (written.length() <= LONGEST_NUMBER && NUMBER.matcher(written).matches()) {
                return DecimalNode.valueOf(new BigDecimal(written));
            }
            reading.error(
                    scalar,
                    "E108",
                    subject,
                    "`" + written + "` is no number that JSON knows",
                    "a decimal number such as 21.5; `raw:` sends a payload as it stands");
        }
        return TextNode.valueOf(written);
    }

    /** An attribute or a label of the registry: Double, Boolean, String, or a list of texts. */
    static Object attribute(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isArray()) {
            return java.util.stream.StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** Texts by name: labels and annotations, in which a number or a bool stands for its text. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(entry -> texts.put(entry.getKey(), text(entry.getValue())));
        return texts;
    }

    static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
