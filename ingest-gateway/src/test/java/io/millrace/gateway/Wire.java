package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Packets as a person writes them: {@code 32 ['a/b' 0001 _ "{}"]}. Digits are bytes in hexadecimal, a text in single quotes has
 * its length in two bytes before it, in double quotes it has none, brackets have the length of what is in them before it, {@code
 * _} is the empty properties of MQTT 5 and {@code @} the protocol level; {@code %} in a text is the device's id.
 */
final class Wire {
    private Wire() {}

    static byte[] bytes(String notation, int version, String id) {
        Deque<ByteArrayOutputStream> open = new ArrayDeque<>();
        open.push(new ByteArrayOutputStream());
        for (int i = 0; i < notation.length(); i++) {
            char c = notation.charAt(i);
            ByteArrayOutputStream out = open.element();
            switch (c) {
                case ' ' -> {}
                case '[' -> open.push(new ByteArrayOutputStream());
                case ']' -> {
                    byte[] inner = open.pop().toByteArray();
                    variableInt(inner.length, open.element());
                    open.element().writeBytes(inner);
                }
                case '@' -> out.write(version);
                case '_' -> out.writeBytes(version == 5 ? new byte[1] : new byte[0]);
                case '\'', '"' -> {
                    int end = notation.indexOf(c, i + 1);
                    byte[] text =
                            notation.substring(i + 1, end).replace("%", id).getBytes(UTF_8);
                    if (c == '\'') {
                        out.write(text.length >> 8);
                        out.write(text.length);
                    }
                    out.writeBytes(text);
                    i = end;
                }
                default -> {
                    out.write(Integer.parseInt(notation, i, i + 2, 16));
                    i++;
                }
            }
        }
        return open.pop().toByteArray();
    }

    private static void variableInt(int value, ByteArrayOutputStream out) {
        int rest = value;
        do {
            int digit = rest & 0x7f;
            rest >>= 7;
            out.write(rest > 0 ? digit | 0x80 : digit);
        } while (rest > 0);
    }
}
