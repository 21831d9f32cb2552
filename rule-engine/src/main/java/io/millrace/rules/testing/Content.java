package io.millrace.rules.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** The payload of a command or a publication that a test expects. */
sealed interface Content {

    boolean matches(String payload);

    /** Letter by letter. */
    record Text(String text) implements Content {

        @Override
        public boolean matches(String payload) {
            return payload.equals(text);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Value by value: blanks, the order of keys and the spelling of numbers do not matter. */
    record Json(JsonNode value) implements Content {

        private static final ObjectMapper MAPPER = new ObjectMapper();

        @Override
        public boolean matches(String payload) {
            try {
                JsonNode found = MAPPER.readTree(payload);
                return found != null && same(value, found);
            } catch (JsonProcessingException noJson) {
                return false;
            }
        }

        private static boolean same(JsonNode a, JsonNode b) {
            if (a.isNumber() && b.isNumber()) {
                return a.doubleValue() == b.doubleValue();
            }
            if (a.isObject() && b.isObject() && a.size() == b.size()) {
                for (Map.Entry<String, JsonNode> entry : a.properties()) {
                    JsonNode other = b.get(entry.getKey());
                    if (other == null || !same(entry.getValue(), other)) {
                        return false;
                    }
                }
                return true;
            }
            if (a.isArray() && b.isArray() && a.size() == b.size()) {
                for (int i = 0; i < a.size(); i++) {
                    if (!same(a.get(i), b.get(i))) {
                        return false;
                    }
                }
                return true;
            }
            return a.equals(b);
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }
}
