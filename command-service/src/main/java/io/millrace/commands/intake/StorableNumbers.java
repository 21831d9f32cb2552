package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * PostgreSQL keeps a number of JSON digit by digit, and writes it so: the 8 characters of {@code 1e131000} come back as 131,001. What is
 * beyond 1e100 becomes a text, what is nearer to zero than 1e-100 becomes zero; no sensor measures either. Pure.
 */
final class StorableNumbers {
    private static final double LARGEST = 1e100;
    private static final double SMALLEST = 1e-100;
    /** An exponent with fewer digits adds fewer than a hundred characters. */
    private static final int LONG_EXPONENT = 3;
    /** So that, with those, no number gets longer than the 1,000 characters at which Jackson gives up. */
    private static final int LONG_MANTISSA = 400;

    private StorableNumbers() {}

    /** Whether the bytes hold a number with a long exponent, or something that looks like one in a text. Nearly always not. */
    static boolean areIn(byte[] json) {
        int digits = 0;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (isDigit(c)) {
                digits++;
            } else if (c != '.') {
                if ((c == 'e' || c == 'E') && digits > 0 && (digits > LONG_MANTISSA || hasLongExponent(json, i + 1))) {
                    return true;
                }
                digits = 0;
            }
        }
        return false;
    }

    private static boolean hasLongExponent(byte[] json, int from) {
        int first = from < json.length && (json[from] == '+' || json[from] == '-') ? from + 1 : from;
        int end = first;
        while (end < json.length && isDigit(json[end]) && end - first < LONG_EXPONENT) {
            end++;
        }
        return end - first == LONG_EXPONENT;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /** The same with other numbers where that is needed; changes what it is given. */
    static JsonNode in(JsonNode json) {
        if (json instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(in(field.getValue())));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, in(array.get(i)));
            }
        } else if (json.isDouble()) {
            double size = Math.abs(json.doubleValue());
            return size > LARGEST ? TextNode.valueOf(json.asText()) : size < SMALLEST ? DoubleNode.valueOf(0) : json;
        }
        return json;
    }
}
