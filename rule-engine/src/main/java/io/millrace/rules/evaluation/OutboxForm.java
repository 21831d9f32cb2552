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

    private OutboxForm() {}

    static void write(List<Emission> outbox, StateOutput out) throws IOException {
        out.writeShort(outbox.size());
        for (Emission emission : outbox) {
            if (emission instanceof Emission.Command command) {
                write(COMMAND, command.request(), out);
            } else if (emission instanceof Emission.Alert alert) {
                write(ALERT, alert.event(), out);
            } else {
                write(PUBLICATION, emission, out);
            }
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
        for (int i = in.readShort(); i > 0; i--) {
            int kind = in.readByte();
            byte[] json = in.readNBytes(in.readInt());
            outbox.add(
                    switch (kind) {
                        case COMMAND -> new Emission.Command(Json.read(json, CommandRequest.class));
                        case ALERT -> new Emission.Alert(Json.read(json, AlertEvent.class));
                        case PUBLICATION -> Json.read(json, Emission.Publication.class);
                        default ->
                            throw new IllegalStateException(
                                    "an emission of kind " + kind + " was written by a later Millrace");
                    });
        }
        return outbox;
    }
}
