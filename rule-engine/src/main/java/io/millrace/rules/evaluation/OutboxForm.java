package io.millrace.rules.evaluation;

import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a device's rules have emitted and is still in doubt, in its record: rarely there, and so JSON. */
final class OutboxForm {

    private static final int COMMAND = 0;
    private static final int ALERT = 1;
    private static final int PUBLICATION = 2;
    /** Beside the kind of what was only tried. */
    private static final int DRY_RUN = 16;
    /** In the place of a count that follows. */
    private static final int MANY = -1;

    private OutboxForm() {}

    static void write(List<Emission> outbox, StateOutput out) throws IOException {
        if (outbox.size() <= Short.MAX_VALUE) {
            out.writeShort(outbox.size());
        } else {
            out.writeShort(MANY);
            out.writeInt(outbox.size());
        }
        for (Emission emission : outbox) {
            if (emission instanceof Emission.DryRun tried) {
                write(tried.wanted(), DRY_RUN, out);
            } else {
                write(emission, 0, out);
            }
        }
    }

    private static void write(Emission emission, int flag, StateOutput out) throws IOException {
        if (emission instanceof Emission.Command command) {
            write(COMMAND | flag, command.request(), out);
        } else if (emission instanceof Emission.Alert alert) {
            write(ALERT | flag, alert.event(), out);
        } else {
            write(PUBLICATION | flag, emission, out);
        }
    }

    private static void write(int kind, Object content, StateOutput out) throws IOException {
        byte[] json = Json.write(content);
        out.writeByte(kind);
        out.writeInt(json.length);
        out.write(json);
    }

    static List<Emission> read(StateInput in) throws IOException {
        List<Emission> outbox = new ArrayList<>();
        int count = in.readShort();
        for (int i = count == MANY ? in.readInt() : count; i > 0; i--) {
            int kind = in.readByte();
            byte[] json = in.readNBytes(in.readInt());
            Emission emission = emission(kind & ~DRY_RUN, json);
            outbox.add((kind & DRY_RUN) == 0 ? emission : new Emission.DryRun(emission));
        }
        return outbox;
    }

    private static Emission emission(int kind, byte[] json) {
        return switch (kind) {
            case COMMAND -> new Emission.Command(Json.read(json, CommandRequest.class));
            case ALERT -> new Emission.Alert(Json.read(json, AlertEvent.class));
            case PUBLICATION -> Json.read(json, Emission.Publication.class);
            default ->
                throw new IllegalStateException("an emission of kind " + kind + " was written by a later Millrace");
        };
    }
}
