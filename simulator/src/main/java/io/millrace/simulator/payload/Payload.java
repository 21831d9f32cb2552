package io.millrace.simulator.payload;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a reading of a group of devices consists of. Each begins with the running `messageId` and the `deviceId`, by which it is found
 * again in Kafka; what the board's own sensors say, the generated fields and the replayed ones follow.
 *
 * @param board whether the device is the seed's board, with its thermometer, fan and LED
 */
public record Payload(boolean board, List<Field> fields, Optional<Replay> replay) {
    /** A name that needs no escaping, and where its values come from. */
    public record Field(String name, Generator generator) {
        public Field {
            Generator.require(
                    name.matches("[A-Za-z_][A-Za-z0-9_.-]{0,63}"),
                    "field",
                    '"' + name + '"',
                    "a letter, then up to 63 of A-Z a-z 0-9 _ . -");
            Generator.require(
                    !name.equals("messageId") && !name.equals("deviceId"),
                    "field",
                    '"' + name + '"',
                    "another name: every reading has that one already");
        }
    }

    /** What the seed firmware says. */
    public static final Payload SEED = new Payload(true, List.of(), Optional.empty());

    public Payload {
        fields = List.copyOf(fields);
    }

    /** What one device has to remember; empty if nothing. */
    public double[] start(RandomGenerator random) {
        double[] state = new double[slots()];
        int at = 0;
        for (Field field : fields) {
            field.generator().start(state, at, random);
            at += field.generator().slots();
        }
        if (replay.isPresent()) {
            state[at] = random.nextInt(replay.get().size());
        }
        return state;
    }

    /** Adds the generated fields, each with a comma before it. */
    public void write(JsonBytes out, double[] state, double seconds, RandomGenerator random) {
        int at = 0;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            out.ascii(",\"");
            out.ascii(field.name());
            out.ascii("\":");
            field.generator().write(out, state, at, seconds, random);
            at += field.generator().slots();
        }
        if (replay.isPresent()) {
            int line = (int) state[at];
            state[at] = (line + 1) % replay.get().size();
            byte[] members = replay.get().members(line);
            if (members.length > 0) {
                out.ascii(",");
                out.raw(members);
            }
        }
    }

    private int slots() {
        int slots = replay.isPresent() ? 1 : 0;
        for (Field field : fields) {
            slots += field.generator().slots();
        }
        return slots;
    }
}
