package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.model.RuleSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * What {@link EvaluationBench} measures: JSON bytes of 10,000 devices, each speaking every 15 s, into
 * one partition's engine, state kept. One thread.
 */
public final class EvaluationWorkload implements Outlet {

    /** How the values of a device follow each other. */
    public enum Telemetry {
        /** As sensors do: a little more or a little less than before, now and then a flag that changes. */
        STEADY,
        /** Every value is drawn anew each time: as if each reading came from another room. */
        WILD
    }

    private static final int READINGS = 16;
    private static final String ID = "0000000000";
    private static final int ID_AT = "{\"messageId\":1".length();

    private final PartitionEngine engine;
    private final byte[][] keys;
    private final byte[][] payloads;
    private final int devices;
    private int round;
    private int step = 1;
    private int device;
    private long offset;
    private long emitted;

    public EvaluationWorkload(int rules, int devices, Telemetry telemetry) {
        this.devices = devices;
        RuleSet set = TestRules.of(rules(rules));
        engine = new PartitionEngine(set, new Devices(), new Aliveness(), Set.of(), this);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
        keys = new byte[devices][];
        for (int i = 0; i < devices; i++) {
            keys[i] = "esp32-%06d".formatted(i).getBytes(UTF_8);
        }
        payloads = payloads(devices, telemetry);
    }

    private static byte[][] payloads(int devices, Telemetry telemetry) {
        Random random = new Random(1);
        boolean wild = telemetry == Telemetry.WILD;
        double[][] state = new double[devices][];
        boolean[] led = new boolean[devices];
        byte[][] payloads = new byte[devices * READINGS][];
        for (int reading = 0; reading < READINGS; reading++) {
            for (int i = 0; i < devices; i++) {
                double[] values = state[i];
                if (values == null || wild) {
                    values = new double[] {
                        20 + random.nextGaussian() * 3, 50 + random.nextGaussian() * 5, 1013 + random.nextGaussian()
                    };
                } else {
                    values = new double[] {
                        values[0] + random.nextGaussian() * 0.1,
                        values[1] + random.nextGaussian() * 0.3,
                        values[2] + random.nextGaussian() * 0.1
                    };
                }
                state[i] = values;
                led[i] = wild ? random.nextBoolean() : led[i] ^ random.nextInt(50) == 0;
                payloads[reading * devices + i] = String.format(
                                Locale.ROOT,
                                "{\"messageId\":1%s,\"deviceId\":\"esp32-custom-01\",\"temperature\":%.2f,"
                                        + "\"humidity\":%.1f,\"pressure\":%.1f,\"ledState\":%b}",
                                ID,
                                values[0],
                                values[1],
                                values[2],
                                led[i])
                        .getBytes(UTF_8);
            }
        }
        return payloads;
    }

    /** Comparisons of one or two fields with constants, hardly ever true; a third with {@code for}, all with a command. */
    public static String rules(int count) {
        StringBuilder yaml = new StringBuilder("rules:\n");
        for (int i = 0; i < count; i++) {
            String expr =
                    switch (i % 4) {
                        case 0 -> "temperature > " + (60 + i);
                        case 1 -> "humidity < " + (i % 20) + " && temperature > " + (20 + i % 10);
                        case 2 -> "pressure > " + (1100 + i) + " || temperature < " + (-10 - i);
                        default -> "ledState && temperature > " + (50 + i);
                    };
            yaml.append("  - rule: r").append(i).append("\n    expr: ").append(expr);
            yaml.append(i % 3 == 0 ? "\n    for: 1m" : "")
                    .append("\n    send: CMD")
                    .append(i)
                    .append('\n');
        }
        return yaml.toString();
    }

    /** The next reading of the next device. */
    public PartitionEngine.Taken next() {
        byte[] payload = payloads[round * devices + device];
        long id = offset;
        for (int digit = ID_AT + ID.length() - 1; digit >= ID_AT; digit--) {
            payload[digit] = (byte) ('0' + id % 10);
            id /= 10;
        }
        try {
            return engine.telemetry(keys[device], payload, 0, offset, Partition.START + offset * 15_000 / devices);
        } catch (ReadingScanner.Poison e) {
            throw new IllegalStateException(e);
        } finally {
            offset++;
            if (++device == devices) {
                device = 0;
                if (round + step < 0 || round + step == READINGS) {
                    step = -step;
                }
                round += step;
            }
        }
    }

    int payloadSize() {
        return payloads[0].length;
    }

    long emitted() {
        return emitted;
    }

    @Override
    public void emit(DeviceState from, Emission emission) {
        emitted++;
    }

    @Override
    public void changed(DeviceState of) {}

    @Override
    public void forgotten(DeviceState whom) {}
}
