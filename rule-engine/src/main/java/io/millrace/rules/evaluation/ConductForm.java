package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.model.RuleId;
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
        for (Instance instance : device.instances) {
            if (instance != null && hasConduct(instance)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasConduct(Instance instance) {
        return instance.pace != null || instance.chain != 0 && !instance.isBlank();
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
        for (int i = 0; i < device.instances.length; i++) {
            Instance instance = device.instances[i];
            if (instance != null && hasConduct(instance)) {
                out.writeUTF(device.plan.rule(i).id().group());
                out.writeUTF(device.plan.rule(i).id().name());
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
    }

    private static void read(StateInput in, Times times) throws IOException {
        for (int i = in.readInt(); i > 0; i--) {
            times.add(in.readLong());
        }
    }
}
