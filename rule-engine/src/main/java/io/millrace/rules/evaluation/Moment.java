package io.millrace.rules.evaluation;

import java.time.Instant;

/**
 * When something is decided, and because of what. Reused by its task for every record and timer, so it must not be kept. Epoch
 * milliseconds.
 */
public final class Moment {

    /** What made the engine look. */
    public enum Kind {
        MESSAGE,
        TIMER,
        REGISTRY,
        RULE_CHANGE
    }

    private Kind kind = Kind.TIMER;
    private String source = "";
    private int partition;
    private long offset;
    private long now;
    private long dataTime;

    /** A reading: {@code now} is rule time, {@code dataTime} when it was taken. */
    public Moment message(int partition, long offset, long now, long dataTime) {
        kind = Kind.MESSAGE;
        return set("telemetry", partition, offset, now, dataTime);
    }

    /** A deadline, at the time for which it was set, never the moment at which it was noticed. */
    public Moment timer(long deadline) {
        kind = Kind.TIMER;
        return set("timer", 0, 0, deadline, deadline);
    }

    public Moment registry(int partition, long offset, long now) {
        kind = Kind.REGISTRY;
        return set("device-registry", partition, offset, now, now);
    }

    public Moment ruleChange(String revision, long now) {
        kind = Kind.RULE_CHANGE;
        return set("rules/" + revision, 0, 0, now, now);
    }

    private Moment set(String source, int partition, long offset, long now, long dataTime) {
        this.source = source;
        this.partition = partition;
        this.offset = offset;
        this.now = now;
        this.dataTime = dataTime;
        return this;
    }

    public Kind kind() {
        return kind;
    }

    public long now() {
        return now;
    }

    public long dataTime() {
        return dataTime;
    }

    /** The same words on every replay; command ids are made from it. */
    public String cause() {
        return switch (kind) {
            case MESSAGE, REGISTRY -> source + "/" + partition + "/" + offset;
            case TIMER -> "timer/" + Instant.ofEpochMilli(now);
            case RULE_CHANGE -> source;
        };
    }
}
