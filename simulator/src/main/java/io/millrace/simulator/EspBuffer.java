package io.millrace.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The in-buffer of esp-mqtt, 1,024 bytes: a PUBLISH that does not fit comes to the application in pieces, of which only the first has
 * the topic; any other packet that does not fit ends the connection. One per connection. Bytes are kept here only while a packet is
 * not complete, which it nearly always is.
 */
final class EspBuffer {
    static final int BYTES = 1024;

    private static final int LONGEST_FIXED_HEADER = 5;

    /** Who is told, on the event loop. A buffer is valid during the call only. */
    interface Reader {
        /** A packet that fits; `first` is its first byte, `rest` what follows the fixed header. */
        void packet(int first, ByteBuf rest);

        /** The first piece of a PUBLISH that does not fit. */
        void firstPiece(int first, ByteBuf rest);

        /** All of that PUBLISH has come. */
        void lastPiece();

        /** No packet of MQTT, or one that the board cannot hold: nothing can be read any more. */
        void unreadable(ConnectionEnd why);
    }

    private final Reader reader;
    private byte @Nullable [] kept;
    private int keptBytes;
    private int toSkip;
    private boolean ended;

    EspBuffer(Reader reader) {
        this.reader = reader;
    }

    void read(ByteBuf bytes) {
        while (bytes.isReadable() && !ended) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, bytes.readableBytes());
                bytes.skipBytes(skipped);
                toSkip -= skipped;
                if (toSkip == 0) {
                    reader.lastPiece();
                }
            } else if (kept == null) {
                if (!readPacket(bytes)) {
                    kept = new byte[BYTES];
                    keep(bytes, bytes.readableBytes());
                }
            } else {
                readKept(kept, bytes);
            }
        }
    }

    /** A byte more at a time would do; as many as the packet lacks are taken. */
    private void readKept(byte[] start, ByteBuf bytes) {
        ByteBuf packet = Unpooled.wrappedBuffer(start).setIndex(0, keptBytes);
        int missing = Math.max(1, wanted(packet) - keptBytes);
        keep(bytes, Math.min(missing, bytes.readableBytes()));
        packet.setIndex(0, keptBytes);
        if (readPacket(packet)) {
            kept = null;
            keptBytes = 0;
        }
    }

    private void keep(ByteBuf bytes, int number) {
        if (kept != null) {
            bytes.readBytes(kept, keptBytes, number);
            keptBytes += number;
        }
    }

    /** Takes a packet, or the first piece of one, off the bytes; false if they do not hold enough. */
    private boolean readPacket(ByteBuf bytes) {
        int length = remainingLength(bytes);
        if (length < 0) {
            return length == MALFORMED && end(ConnectionEnd.NO_MQTT);
        }
        int total = headerBytes(length) + length;
        int first = bytes.getUnsignedByte(bytes.readerIndex());
        if (total > BYTES && first >> 4 != Packets.PUBLISH) {
            return end(ConnectionEnd.TOO_LARGE);
        }
        int piece = Math.min(total, BYTES);
        if (bytes.readableBytes() < piece) {
            return false;
        }
        ByteBuf rest = bytes.slice(bytes.readerIndex() + headerBytes(length), piece - headerBytes(length));
        bytes.skipBytes(piece);
        if (total > BYTES) {
            toSkip = total - BYTES;
            reader.firstPiece(first, rest);
        } else {
            reader.packet(first, rest);
        }
        return true;
    }

    private boolean end(ConnectionEnd why) {
        ended = true;
        reader.unreadable(why);
        return true;
    }

    private static final int INCOMPLETE = -1;
    private static final int MALFORMED = -2;

    private static int remainingLength(ByteBuf bytes) {
        int length = 0;
        for (int i = 1; i < LONGEST_FIXED_HEADER; i++) {
            if (bytes.readableBytes() <= i) {
                return INCOMPLETE;
            }
            int digit = bytes.getUnsignedByte(bytes.readerIndex() + i);
            length |= (digit & 0x7F) << 7 * (i - 1);
            if (digit < 0x80) {
                return length;
            }
        }
        return MALFORMED;
    }

    private static int headerBytes(int length) {
        return length < 1 << 7 ? 2 : length < 1 << 14 ? 3 : length < 1 << 21 ? 4 : 5;
    }

    /** How many bytes there have to be. */
    private static int wanted(ByteBuf bytes) {
        int length = remainingLength(bytes);
        return length < 0 ? bytes.readableBytes() + 1 : Math.min(BYTES, headerBytes(length) + length);
    }
}
