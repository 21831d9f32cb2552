package io.millrace.gateway;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils packets and conversations, the same way for the same seed. Pure. */
final class Mutations {
    /** Where mistakes are made: ends of ranges, flags, lengths. */
    private static final int[] INTERESTING = {0x00, 0x01, 0x02, 0x04, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff, '#', '+', '/'
    };

    private final Random random;
    private int mutated;

    Mutations(long seed) {
        random = new Random(seed);
    }

    /** How many packets were spoiled. */
    int mutated() {
        return mutated;
    }

    Random random() {
        return random;
    }

    /** Some of the packets, most of them spoiled, as one stream. */
    byte[] stream(List<byte[]> packets, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] before = {};
        for (int i = 0; i < count; i++) {
            byte[] packet = any(packets);
            if (random.nextInt(4) > 0) {
                mutated++;
                packet = mutate(packet, before, any(packets));
            }
            out.writeBytes(packet);
            before = packet;
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private byte[] any(List<byte[]> packets) {
        return packets.get(random.nextInt(packets.size()));
    }

    byte[] mutate(byte[] packet, byte[] before, byte[] other) {
        byte[] copy = packet.clone();
        return switch (random.nextInt(10)) {
            case 0, 1 -> flipped(copy);
            case 2 -> overwritten(copy);
            case 3 -> Arrays.copyOf(copy, random.nextInt(copy.length));
            case 4 -> concat(before, copy);
            case 5 -> concat(Arrays.copyOf(copy, random.nextInt(copy.length)), tail(other));
            case 6 -> lying(copy);
            case 7 -> inserted(copy);
            case 8 -> withLength(flipped(inserted(copy)));
            default -> withLength(overwritten(copy));
        };
    }

    private byte[] flipped(byte[] bytes) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] overwritten(byte[] bytes) {
        bytes[random.nextInt(bytes.length)] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
        return bytes;
    }

    private byte[] tail(byte[] bytes) {
        return Arrays.copyOfRange(bytes, random.nextInt(bytes.length), bytes.length);
    }

    /** A length that is not the packet's: a little off, or far. */
    private byte[] lying(byte[] bytes) {
        if (bytes.length < 2) {
            return bytes;
        }
        switch (random.nextInt(4)) {
            case 0 -> bytes[1] += (byte) (random.nextInt(5) - 2);
            case 1 -> bytes[1] = (byte) random.nextInt(256);
            case 2 -> {
                return concat(new byte[] {bytes[0], (byte) 0xff, (byte) 0xff, (byte) random.nextInt(256)}, tail(bytes));
            }
            default -> {
                if (bytes.length > 4) {
                    bytes[2 + random.nextInt(bytes.length - 2)] += (byte) (random.nextInt(7) - 3);
                }
            }
        }
        return bytes;
    }

    private byte[] inserted(byte[] bytes) {
        byte[] more = new byte[1 + random.nextInt(6)];
        random.nextBytes(more);
        int at = random.nextInt(bytes.length + 1);
        return concat(concat(Arrays.copyOf(bytes, at), more), Arrays.copyOfRange(bytes, at, bytes.length));
    }

    /** With a remaining length that is right again, so that what is wrong lies deeper. */
    private static byte[] withLength(byte[] bytes) {
        if (bytes.length < 2 || bytes.length > 129) {
            return bytes;
        }
        bytes[1] = (byte) (bytes.length - 2);
        return bytes;
    }

    /** The stream in pieces, as a network may hand it over. */
    List<byte[]> pieces(byte[] stream, int longest) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < stream.length; ) {
            int end = Math.min(stream.length, at + 1 + random.nextInt(longest));
            pieces.add(Arrays.copyOfRange(stream, at, end));
            at = end;
        }
        return pieces;
    }
}
