package io.millrace.gateway.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads the body of one packet, or a part of it, and never beyond its end, whatever the lengths inside say. Lives for the one
 * packet.
 */
final class PacketReader {
    private static final int LONGEST_VARIABLE_INT = 4;

    private final ByteBuf bytes;
    private final int end;
    private int at;

    PacketReader(ByteBuf bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    /** Where the next {@code length} bytes begin, which are read with that. */
    private int take(int length) {
        int start = at;
        if (length > end - start) {
            throw ProtocolError.malformed("the packet ends within a field");
        }
        at = start + length;
        return start;
    }

    int u8() {
        return bytes.getUnsignedByte(take(1));
    }

    int u16() {
        return bytes.getUnsignedShort(take(2));
    }

    /** As an int: what is above 2^31 is negative. */
    int u32() {
        return bytes.getInt(take(4));
    }

    /** A variable byte integer, in as few bytes as it needs [MQTT-1.5.5-1]. */
    int variableInt() {
        int value = 0;
        for (int i = 0; i < LONGEST_VARIABLE_INT; i++) {
            int digit = u8();
            value |= (digit & 0x7f) << 7 * i;
            if ((digit & 0x80) == 0) {
                if (digit == 0 && i > 0) {
                    throw ProtocolError.malformed("a variable byte integer longer than it needs to be");
                }
                return value;
            }
        }
        throw ProtocolError.malformed("a variable byte integer of more than 4 bytes");
    }

    /** Never 0 [MQTT-2.2.1-3]; in 3.1.1 [MQTT-2.3.1-1]. */
    int packetId() {
        int id = u16();
        if (id == 0) {
            throw ProtocolError.forbidden("packet identifier 0");
        }
        return id;
    }

    /** UTF-8 as MQTT wants it: well formed, no surrogates [MQTT-1.5.4-1], no U+0000 [MQTT-1.5.4-2]. */
    String text() {
        int length = u16();
        int start = take(length);
        String text = bytes.toString(start, length, UTF_8);
        // The JDK makes U+FFFD of what is not well formed. For Latin letters it knows at once that there is none.
        if (text.indexOf('\uFFFD') >= 0) {
            requireWellFormed(ByteBufUtil.getBytes(bytes, start, length, false));
        }
        if (text.indexOf('\0') >= 0) {
            throw ProtocolError.malformed("U+0000 in a string");
        }
        return text;
    }

    /** U+FFFD may have been meant. */
    private static void requireWellFormed(byte[] text) {
        try {
            var unused = UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw ProtocolError.malformed("a string that is not UTF-8");
        }
    }

    /** A name that messages have: neither empty nor with wildcards [MQTT-4.7.3-1], [MQTT-3.3.2-2]. */
    String topicName() {
        return requireTopicName(text());
    }

    static String requireTopicName(String topic) {
        if (topic.isEmpty()) {
            throw ProtocolError.malformed("an empty topic name");
        }
        if (topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
            throw ProtocolError.malformed("a wildcard in a topic name");
        }
        return topic;
    }

    byte[] binary() {
        return copy(u16());
    }

    /** All that is left. */
    byte[] rest() {
        return copy(end - at);
    }

    private byte[] copy(int length) {
        int start = take(length);
        byte[] copy = new byte[length];
        bytes.getBytes(start, copy);
        return copy;
    }

    /** The next bytes as something of its own. */
    PacketReader part(int length) {
        int start = take(length);
        return new PacketReader(bytes, start, start + length);
    }

    void requireEnd() {
        if (at != end) {
            throw ProtocolError.malformed(end - at + " bytes too many in a packet");
        }
    }
}
