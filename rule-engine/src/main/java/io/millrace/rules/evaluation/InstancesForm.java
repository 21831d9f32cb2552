package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.model.RuleId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rules stand on a device, in its record, by the names of the rules. Each instance is a passage of its own: a new
 * field goes to the end, and is left at its default where the passage ends before it.
 */
final class InstancesForm {

    private static final int ALERT = 1;
    private static final int WAITING = 2;
    private static final int ABSENT = 4;
    private static final int ACTED = 8;
    private static final int OWING = 16;
    private static final int AGAIN = 32;

    private InstancesForm() {}

    static void write(DeviceState device, StateOutput out) throws IOException {
        int count = 0;
        for (int at = 0; at < device.instances.size(); at++) {
            count += device.instances.at(at).isBlank() ? 0 : 1;
        }
        out.writeShort(count);
        for (int at = 0; at < device.instances.size(); at++) {
            Instance instance = device.instances.at(at);
            if (!instance.isBlank()) {
                int begun = out.begin();
                write(device.plan.rule(device.instances.place(at)), instance, out);
                out.end(begun);
            }
        }
    }

    private static void write(ActiveRule rule, Instance instance, StateOutput out) throws IOException {
        out.writeUTF(rule.id().group());
        out.writeUTF(rule.id().name());
        out.writeLong(rule.conditionHash);
        out.writeByte(instance.phase.ordinal());
        out.writeByte((rule.alert ? ALERT : 0)
                | (instance.waiting ? WAITING : 0)
                | (instance.absent ? ABSENT : 0)
                | (instance.acted ? ACTED : 0)
                | (instance.owing ? OWING : 0)
                | (instance.again ? AGAIN : 0));
        out.writeInt(instance.samples);
        out.writeInt(instance.repeats);
        out.writeLong(instance.since);
        out.writeLong(instance.startsAt);
        out.writeLong(instance.lastActed);
        out.writeLong(instance.metAt);
        out.writeTexts(instance.labels);
        out.writeByte(instance.raised.size());
        for (Instance.Raised raised : instance.raised) {
            out.writeUTF(raised.name());
            out.writeTexts(raised.labels());
        }
        write(instance.levels, out);
    }

    private static void write(@Nullable LevelStates levels, StateOutput out) throws IOException {
        out.writeBoolean(levels != null);
        if (levels != null) {
            out.writeByte(levels.told);
            out.writeByte(levels.phases.length);
            for (int level = 0; level < levels.phases.length; level++) {
                out.writeByte(levels.phases[level].ordinal());
                out.writeLong(levels.since[level]);
            }
        }
    }

    private static LevelStates readLevels(StateInput in) throws IOException {
        LevelStates levels = new LevelStates();
        levels.told = in.readByte();
        int count = in.readByte();
        for (int level = 0; level < count; level++) {
            levels.move(level, Phase.values()[in.readByte()], in.readLong());
        }
        return levels;
    }

    static List<StoredInstance> read(StateInput in) throws IOException {
        List<StoredInstance> instances = new ArrayList<>();
        for (int i = in.readShort(); i > 0; i--) {
            StateInput one = in.passage();
            StoredInstance stored = readOne(one);
            if (one.hasMore() && one.readBoolean()) {
                stored.instance().levels = readLevels(one);
            }
            instances.add(stored);
        }
        return instances;
    }

    /** As the first form had it: one after the other, without lengths. */
    static List<StoredInstance> readFirst(StateInput in) throws IOException {
        List<StoredInstance> instances = new ArrayList<>();
        for (int i = in.readShort(); i > 0; i--) {
            instances.add(readOne(in));
        }
        return instances;
    }

    private static StoredInstance readOne(StateInput in) throws IOException {
        RuleId rule = new RuleId(in.readUTF(), in.readUTF());
        long condition = in.readLong();
        Instance instance = new Instance();
        instance.phase = Phase.values()[in.readByte()];
        int flags = in.readByte();
        instance.waiting = (flags & WAITING) != 0;
        instance.absent = (flags & ABSENT) != 0;
        instance.acted = (flags & ACTED) != 0;
        instance.owing = (flags & OWING) != 0;
        instance.again = (flags & AGAIN) != 0;
        instance.samples = in.readInt();
        instance.repeats = in.readInt();
        instance.since = in.readLong();
        instance.startsAt = in.readLong();
        instance.lastActed = in.readLong();
        instance.metAt = in.readLong();
        instance.labels = in.readTexts();
        for (int k = in.readByte(); k > 0; k--) {
            instance.raise(new Instance.Raised(in.readUTF(), in.readTexts()));
        }
        return new StoredInstance(rule, (flags & ALERT) != 0, condition, instance);
    }
}
