package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the engine knows of one device: lives on the heap of the task that owns the device's partition, is written as one
 * record to the changelog. Lives as long as the device is registered or speaks. Times are epoch milliseconds.
 */
public final class DeviceState {

    public static final long NEVER = Long.MIN_VALUE;
    static final long UNSCHEDULED = Long.MAX_VALUE;
    /** As an offset: none yet. */
    public static final long NO_OFFSET = -1;

    private final String id;
    private final byte[] key;

    /** The last telemetry record that has been applied: older ones come again after a crash and must not count twice. */
    public long telemetryOffset = NO_OFFSET;

    public long registryOffset = NO_OFFSET;
    DeviceAttributes attributes = DeviceAttributes.UNREGISTERED;
    boolean registered;
    long registeredAt = NEVER;
    long firstSeen = NEVER;
    long lastSeen = NEVER;
    /** The newest time for which it has sent a reading: {@link #lastSeen} unless readings have times of their own. */
    long newestData = NEVER;
    /** When the last reading came of those that lag; {@link #NEVER} when the device has caught up or paused. */
    long burstAt = NEVER;
    /** A late reading has brought values at which no rule has looked. */
    boolean filled;
    /** Rule time up to which its timers have run. */
    long checkedUntil = NEVER;

    FieldValues values;
    final Redeliveries redeliveries = new Redeliveries();
    /** Whether one of its instances may have a {@link Confirmation}. In memory only. */
    boolean awaits;
    /** Null until a rule sends something because of it. */
    @Nullable
    Sent sent;

    /** Null until something happens. */
    @Nullable
    Chronicle chronicle;

    /** By places in {@link #plan}. */
    Instances instances = new Instances();

    Plan plan = Plan.NONE;
    /** As stored, until a rule set is put to use. */
    StoredRules stored = StoredRules.NONE;

    /** When {@link Deadlines} will next hand it out, and for when it last did. In memory only. */
    long scheduledAt = UNSCHEDULED;

    long dueAt = NEVER;
    /** Its place in {@link Deadlines}, and its neighbours there. */
    int slot;

    @Nullable
    DeviceState earlierInSlot;

    @Nullable
    DeviceState laterInSlot;

    /** Emitted since the last write to the changelog: in doubt until the write after that one. */
    private List<Emission> outbox = new ArrayList<>(0);

    private boolean dirty;
    /** Not heard of for so long that nothing of it is kept. */
    boolean forgotten;

    public DeviceState(String id, byte[] key, int fields) {
        this.id = id;
        this.key = key;
        this.values = new FieldValues(fields);
    }

    public String id() {
        return id;
    }

    /** Of all its rules. */
    Stream<Confirmation> confirmations() {
        return IntStream.range(0, instances.size())
                .mapToObj(instances::at)
                .flatMap(instance -> Stream.ofNullable(instance.confirmation));
    }

    void follow(Plan next) {
        plan.devices--;
        next.devices++;
        plan = next;
    }

    Sent sent() {
        if (sent == null) {
            sent = new Sent();
        }
        return sent;
    }

    Chronicle chronicle() {
        if (chronicle == null) {
            chronicle = new Chronicle();
        }
        return chronicle;
    }

    /** Whether that rule has something to make up for once it is quiet no more. */
    boolean owes(RuleId rule) {
        for (int at = 0; at < instances.size(); at++) {
            if (instances.at(at).owing && plan.rule(instances.place(at)).id().equals(rule)) {
                return true;
            }
        }
        return false;
    }

    /** Where a chain of commands stands that an episode beginning now would carry on. */
    int chainAt(long now) {
        return sent != null && now <= sent.chainUntil ? sent.chain + 1 : 0;
    }

    /** The record key. Not to be changed. */
    public byte[] key() {
        return key;
    }

    public DeviceAttributes attributes() {
        return attributes;
    }

    /** The last value of a number; NaN if there is none. */
    public double number(int slot) {
        return values.value(slot) instanceof Double number ? number : Double.NaN;
    }

    public long lastSeen() {
        return lastSeen;
    }

    public List<Emission> outbox() {
        return outbox;
    }

    /** What was emitted up to here stands in the changelog now. */
    public void clearOutbox() {
        outbox = new ArrayList<>(0);
    }

    /** Marks it as to be written; true if it was not marked before. */
    public boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    public void markClean() {
        dirty = false;
    }

    /** The deadline for which {@link Deadlines#due} has just handed it out. */
    public long dueAt() {
        return dueAt;
    }

    /** The instance of that rule; null if it is inactive with nothing to remember. */
    public @Nullable Instance instance(String group, String name) {
        RuleId id = new RuleId(group, name);
        return IntStream.range(0, instances.size())
                .filter(at -> plan.rule(instances.place(at)).id().equals(id))
                .mapToObj(instances::at)
                .findAny()
                .orElse(null);
    }
}
