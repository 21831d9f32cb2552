package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/** What the benchmarks through Kafka feed: many boards with readings of 114 bytes, and rules of which every reading touches all. */
final class BenchFleet {

    /** The boards speak one after the other, each once in that time. */
    static final int INTERVAL_MILLIS = 15_000;

    private static final int VALUES = 1 << 14;

    private final byte[][] keys;
    private final byte[][] values = new byte[VALUES][];

    BenchFleet(int devices) {
        keys = new byte[devices][];
        for (int i = 0; i < devices; i++) {
            keys[i] = "esp32-%06d".formatted(i).getBytes(UTF_8);
        }
        Random random = new Random(1);
        for (int i = 0; i < VALUES; i++) {
            values[i] = ("{\"messageId\":%d,\"deviceId\":\"esp32-custom-01\",\"temperature\":%.2f,\"humidity\":%.1f,"
                            + "\"pressure\":%.1f,\"ledState\":%b}")
                    .formatted(
                            i,
                            20 + random.nextGaussian() * 3,
                            50 + random.nextGaussian() * 5,
                            1013 + random.nextGaussian(),
                            random.nextBoolean())
                    .getBytes(UTF_8);
        }
    }

    byte[] key(long reading) {
        return keys[(int) (reading % keys.length)];
    }

    byte[] value(long reading) {
        return values[(int) (reading % VALUES)];
    }

    /** Milliseconds from the first reading to that one. */
    long time(long reading) {
        return reading * INTERVAL_MILLIS / keys.length;
    }

    static void delete(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
