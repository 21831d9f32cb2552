package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What was sent because of a device, in its record: of each rule that sent something, and of all together. */
final class ConductForm {

    private ConductForm() {}

    static boolean isNeeded(DeviceState device) {
        if (device.sent != null) {
            return true;
        }
        for (int at = 0; at < device.instances.size(); at++) {
            if (hasConduct(device.instances.at(at))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasConduct(Instance instance) {
        return instance.pace != null || instance.confirmation != null || instance.chain != 0 && !instance.isBlank();
    }

    static void write(DeviceState device, StateOutput out) throws IOException {
        Sent sent = device.sent == null ? new Sent() : device.sent;
        write(sent.commands, out);
        out.writeInt(sent.chain);
        out.writeLong(sent.chainUntil);
        out.writeShort(sent.brakes.size());
        for (Map.Entry<RuleId, Long> brake : sent.brakes.entrySet()) {
            out.writeUTF(brake.getKey().group());
            out.writeUTF(brake.getKey().name());
            out.writeLong(brake.getValue());
        }
        for (int at = 0; at < device.instances.size(); at++) {
            Instance instance = device.instances.at(at);
            if (hasConduct(instance)) {
                RuleId rule = device.plan.rule(device.instances.place(at)).id();
                out.writeUTF(rule.group());
                out.writeUTF(rule.name());
                int begun = out.begin();
                write(instance, out);
                out.end(begun);
            }
        }
    }

    private static void write(Instance instance, StateOutput out) throws IOException {
        Pace pace = instance.pace == null ? new Pace() : instance.pace;
        out.writeInt(instance.chain);
        write(pace.acts, out);
        write(pace.ends, out);
        out.writeLong(pace.trippedAt);
        out.writeLong(pace.lastAttempt);
        out.writeBoolean(instance.confirmation != null);
        if (instance.confirmation != null) {
            write(instance.confirmation, out);
        }
    }

    private static void write(Confirmation waiting, StateOutput out) throws IOException {
        out.writeLong(waiting.after);
        out.writeInt(waiting.attempt);
        out.writeLong(waiting.dueAt);
        out.writeShort(waiting.sendings.size());
        for (Confirmation.Sending sending : waiting.sendings) {
            byte[] json = Json.write(sending.request);
            out.writeInt(json.length);
            out.write(json);
            out.writeLong(sending.expiresAt);
            out.writeBoolean(sending.superseded);
        }
    }

    private static Confirmation readConfirmation(StateInput in) throws IOException {
        Confirmation waiting = new Confirmation(in.readLong(), in.readInt(), in.readLong());
        for (int i = in.readShort(); i > 0; i--) {
            CommandRequest request = Json.read(in.readNBytes(in.readInt()), CommandRequest.class);
            waiting.sendings.add(new Confirmation.Sending(request, in.readLong(), in.readBoolean()));
        }
        return waiting;
    }

    private static void write(Times times, StateOutput out) throws IOException {
        out.writeInt(times.size());
        for (int i = 0; i < times.size(); i++) {
            out.writeLong(times.at(i));
        }
    }

    /** @param instances already read, to which it belongs */
    static void read(StateInput in, DeviceState device, List<StoredInstance> instances) throws IOException {
        Sent sent = device.sent();
        read(in, sent.commands);
        sent.chain = in.readInt();
        sent.chainUntil = in.readLong();
        for (int i = in.readShort(); i > 0; i--) {
            RuleId rule = new RuleId(in.readUTF(), in.readUTF());
            sent.brakes.put(rule, in.readLong());
        }
        while (in.hasMore()) {
            RuleId rule = new RuleId(in.readUTF(), in.readUTF());
            StateInput passage = in.passage();
            for (StoredInstance stored : instances) {
                if (stored.rule().equals(rule)) {
                    read(passage, stored.instance());
                }
            }
        }
    }

    private static void read(StateInput in, Instance instance) throws IOException {
        Pace pace = new Pace();
        instance.chain = in.readInt();
        read(in, pace.acts);
        read(in, pace.ends);
        pace.trippedAt = in.readLong();
        pace.lastAttempt = in.readLong();
        instance.pace = pace.isBlank() ? null : pace;
        instance.confirmation = in.readBoolean() ? readConfirmation(in) : null;
    }

    private static void read(StateInput in, Times times) throws IOException {
        for (int i = in.readInt(); i > 0; i--) {
            times.add(in.readLong());
        }
    }
}
