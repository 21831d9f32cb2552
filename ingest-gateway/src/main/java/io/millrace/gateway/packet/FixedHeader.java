package io.millrace.gateway.packet;

import io.netty.buffer.ByteBuf;

/** What every packet begins with: type, flags and remaining length. Pure. */
final class FixedHeader {
    private static final int MOST_DIGITS = 4;
    /** The packets that servers send: CONNACK, SUBACK, UNSUBACK, PINGRESP. */
    private static final int FROM_SERVERS = 1 << 2 | 1 << 9 | 1 << 11 | 1 << 13;
    /** PUBREL, SUBSCRIBE and UNSUBSCRIBE have the flags 2, PUBLISH its own, all others 0 [MQTT-2.1.3-1]. */
    private static final int FLAGS_2 = 1 << 6 | 1 << 8 | 1 << 10;

    private FixedHeader() {}

    /**
     * Whether a client may send a packet that begins so now.
     *
     * @param version 0 before CONNECT
     */
    static void check(int first, int version) {
        int type = first >> 4;
        if ((type == 1) != (version == 0)) {
            throw ProtocolError.forbidden(
                    version == 0
                            ? "the first packet is not CONNECT"
                            : "a second CONNECT"); // [MQTT-3.1.0-1], [MQTT-3.1.0-2]
        }
        if (type == 0 || type == 15 && version != PacketDecoder.MQTT_5) {
            throw ProtocolError.malformed("a packet of the reserved type " + type);
        }
        int flags = (1 << type & FLAGS_2) == 0 ? 0 : 2;
        if (type != 3 && (first & 15) != flags) {
            throw ProtocolError.malformed("flags " + (first & 15) + " in a packet of type " + type);
        }
        if ((1 << type & FROM_SERVERS) != 0) {
            throw ProtocolError.forbidden("a packet of type " + type + " comes from servers only");
        }
        if (type == 15) {
            throw ProtocolError.forbidden("AUTH without an authentication method in CONNECT"); // [MQTT-4.12.0-7]
        }
    }

    /**
     * The remaining length and the number of its digits, as one number for {@link #remaining} and {@link #digits}; -1 if it is
     * not all here yet.
     */
    static long length(ByteBuf in, int at, boolean mqtt5) {
        int length = 0;
        for (int i = 0; i < MOST_DIGITS; i++) {
            if (at + i >= in.writerIndex()) {
                return -1;
            }
            int digit = in.getByte(at + i);
            length |= (digit & 0x7f) << 7 * i;
            if (digit >= 0) {
                if (mqtt5 && digit == 0 && i > 0) {
                    throw ProtocolError.malformed("a remaining length longer than it needs to be"); // [MQTT-1.5.5-1]
                }
                return (long) (i + 1) << 32 | length;
            }
        }
        throw ProtocolError.malformed("a remaining length of more than 4 bytes");
    }

    static int remaining(long length) {
        return (int) length;
    }

    static int digits(long length) {
        return (int) (length >> 32);
    }
}
