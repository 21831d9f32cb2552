package io.millrace.rules.expression;

import io.millrace.rules.history.History;
import org.jspecify.annotations.Nullable;

/**
 * What an expression sees: one device at one moment. Reused for every device and message of a task, so nothing of it may be kept;
 * not thread-safe. A value older than {@link #freshSince} is missing.
 */
public final class Frame {

    private static final FieldValues NOTHING = new FieldValues(0);

    private final Vouching vouching;
    private FieldValues values = NOTHING;
    private String deviceId = "";
    private DeviceAttributes attributes = DeviceAttributes.UNREGISTERED;
    private long now;
    private long freshSince = Long.MIN_VALUE;
    private @Nullable Occasion occasion;

    public Frame() {
        this(Vouching.ALWAYS);
    }

    /** @param vouching for the time in which a device or field says nothing */
    public Frame(Vouching vouching) {
        this.vouching = vouching;
    }

    /** Turns to another device or moment; freshness and occasion are forgotten. {@code now} is rule time in epoch milliseconds. */
    public void bind(FieldValues values, String deviceId, DeviceAttributes attributes, long now) {
        this.values = values;
        this.deviceId = deviceId;
        this.attributes = attributes;
        this.now = now;
        this.freshSince = Long.MIN_VALUE;
        this.occasion = null;
    }

    /** Values from before this time (epoch milliseconds) are missing: {@code now - stale_after} of the rule at hand. */
    public void freshSince(long time) {
        this.freshSince = time;
    }

    /** Needed only while templates are rendered. */
    public void occasion(Occasion occasion) {
        this.occasion = occasion;
    }

    public String deviceId() {
        return deviceId;
    }

    public DeviceAttributes attributes() {
        return attributes;
    }

    public long now() {
        return now;
    }

    public @Nullable Occasion occasion() {
        return occasion;
    }

    /** The slot's number; NaN if it is missing, stale or no number. */
    public double number(int slot) {
        return values.times[slot] < freshSince ? Double.NaN : values.numbers[slot];
    }

    /** The slot's flag as 0, 1 or 2 = missing, stale or no flag. */
    public int flag(int slot) {
        return values.times[slot] < freshSince ? BooleanExpression.UNKNOWN : values.flags[slot];
    }

    /** The slot's text; null if it is missing, stale or no text. */
    public @Nullable String text(int slot) {
        return values.objects[slot] instanceof String text && values.times[slot] >= freshSince ? text : null;
    }

    /** The slot's text or list; null if it is missing, stale, a number or a flag. */
    public @Nullable Object object(int slot) {
        return values.times[slot] < freshSince ? null : values.objects[slot];
    }

    /** When the slot last got a value, {@link Long#MIN_VALUE} if never. */
    public long time(int slot) {
        return values.times[slot];
    }

    /** The history in that slot; null until its first sample. Not subject to freshness. */
    public @Nullable History history(int slot) {
        return values.history(slot);
    }

    /** The milliseconds since then in which something could have been heard of the device; NaN if it is not known since when. */
    public double silence(double since) {
        return Double.isNaN(since) ? Double.NaN : since >= now ? 0 : vouching.silence(deviceId, (long) since, now);
    }

    /** When a silence will have lasted that long; see {@link Vouching#lasts}. */
    long silenceLasts(long since, long length, long after) {
        return vouching.lasts(deviceId, since, length, Math.max(now, after), after);
    }

    /** When the device was first seen, {@link Long#MIN_VALUE} if never. */
    public long firstSeen() {
        return values.firstSeen();
    }
}
