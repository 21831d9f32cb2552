package io.millrace.rules.evaluation;

import java.time.Instant;

/**
 * When something is decided, and because of what. Reused by its task for every record and timer, so it must not be kept. Epoch
 * milliseconds.
 */
public final class Moment {

    /** What made the engine look. Kept in {@link Transitions} by number: new ones go to the end. */
    public enum Kind {
        MESSAGE,
        TIMER,
        REGISTRY,
        RULE_CHANGE,
        /** Somebody released a held rule. */
        RELEASE
    }

    private static final String TELEMETRY = "telemetry";
    private static final String REGISTRY = "device-registry";

    private Kind kind = Kind.TIMER;
    private String source = "";
    private int partition;
    private long offset;
    private long now;
    private long received;
    private long dataTime;
    private boolean lags;

    /**
     * A reading.
     *
     * @param now rule time
     * @param received when it came
     * @param dataTime when it was taken
     * @param lags whether the device sends what it took some time ago
     */
    public Moment message(int partition, long offset, long now, long received, long dataTime, boolean lags) {
        kind = Kind.MESSAGE;
        var unused = set(TELEMETRY, partition, offset, now, dataTime);
        this.received = received;
        this.lags = lags;
        return this;
    }

    /** The same message, its data left aside: it has come, now. */
    public Moment arrivalOf(Moment message) {
        return message(message.partition, message.offset, message.now, message.received, message.received, false);
    }

    /** A deadline in the time of a device that lags, passed over by its next reading. */
    public Moment pastTimer(long now, long deadline) {
        var unused = timer(deadline);
        this.now = now;
        this.lags = true;
        return this;
    }

    /** A deadline, at the time for which it was set, never the moment at which it was noticed. */
    public Moment timer(long deadline) {
        kind = Kind.TIMER;
        return set("timer", 0, 0, deadline, deadline);
    }

    public Moment registry(int partition, long offset, long now) {
        kind = Kind.REGISTRY;
        return set(REGISTRY, partition, offset, now, now);
    }

    public Moment ruleChange(String revision, long now) {
        kind = Kind.RULE_CHANGE;
        return set("rules/" + revision, 0, 0, now, now);
    }

    public Moment release(long now) {
        kind = Kind.RELEASE;
        return set("release", 0, 0, now, now);
    }

    private Moment set(String source, int partition, long offset, long now, long dataTime) {
        this.source = source;
        this.partition = partition;
        this.offset = offset;
        this.now = now;
        this.received = now;
        this.dataTime = dataTime;
        this.lags = false;
        return this;
    }

    public Kind kind() {
        return kind;
    }

    public long now() {
        return now;
    }

    /** When the message came; rule time if it is none. */
    public long received() {
        return received;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    public long dataTime() {
        return dataTime;
    }

    public boolean lags() {
        return lags;
    }

    /** The time for which conditions are asked: that of the data while the device lags, else rule time. */
    public long asOf() {
        return lags ? dataTime : now;
    }

    /** The same words on every replay; command ids are made from it. */
    public String cause() {
        return switch (kind) {
            case MESSAGE, REGISTRY -> source + "/" + partition + "/" + offset;
            case TIMER -> "timer/" + Instant.ofEpochMilli(dataTime);
            case RULE_CHANGE, RELEASE -> source;
        };
    }

    /** The same of one that has passed, as far as it has been kept: of a rule change without the revision. */
    static String cause(Kind kind, int partition, long offset, long time) {
        return switch (kind) {
            case MESSAGE -> TELEMETRY + "/" + partition + "/" + offset;
            case REGISTRY -> REGISTRY + "/" + partition + "/" + offset;
            case TIMER -> "timer/" + Instant.ofEpochMilli(time);
            case RULE_CHANGE -> "rules";
            case RELEASE -> "release";
        };
    }
}
