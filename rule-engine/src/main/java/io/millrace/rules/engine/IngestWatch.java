package io.millrace.rules.engine;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.schemas.AlertEvent;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Tells that readings cannot arrive: no gateway's heartbeat and no reading for {@link Aliveness#SPAN}. Absence stands still then, so
 * this alert is the one that fires, by the wall clock, which is all that goes on. Asked by the task of one partition, so that one
 * instance tells it; of its thread. What it has told is kept with the task's state: who takes over neither tells it again nor
 * forgets to resolve it.
 */
final class IngestWatch {

    static final String ALERT = "IngestStalled";
    private static final long NOT_TOLD = Long.MIN_VALUE;

    private final Aliveness aliveness;
    /** It cannot be told what was before. */
    private final long begun;
    /** When the stall began that has been told. */
    private long told = NOT_TOLD;

    private long lastSign;

    /**
     * @param begun when the task began, by the clock in epoch milliseconds
     * @param note of the one before
     */
    IngestWatch(Aliveness aliveness, long begun, Optional<byte[]> note) {
        this.aliveness = aliveness;
        this.begun = begun;
        note.filter(bytes -> bytes.length == 2 * Long.BYTES)
                .map(ByteBuffer::wrap)
                .ifPresent(kept -> {
                    told = kept.getLong();
                    lastSign = kept.getLong();
                });
    }

    /** What the next one must know. */
    byte[] note() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(told)
                .putLong(lastSign)
                .array();
    }

    /** What is to be told now, if anything. */
    Optional<AlertEvent> look(long clock) {
        long newest = aliveness.newest();
        if (told != NOT_TOLD) {
            return newest > lastSign ? Optional.of(resolved(newest)) : Optional.empty();
        }
        if (clock - Math.max(newest, begun) < Aliveness.SPAN) {
            return Optional.empty();
        }
        lastSign = newest;
        told = (newest == Long.MIN_VALUE ? begun : newest) + Aliveness.SPAN;
        return Optional.of(event(AlertEvent.State.FIRING, Optional.empty(), clock));
    }

    private AlertEvent resolved(long newest) {
        AlertEvent event = event(
                AlertEvent.State.RESOLVED,
                Optional.of(Instant.ofEpochMilli(Math.max(newest, told))),
                Math.max(newest, told));
        told = NOT_TOLD;
        return event;
    }

    private AlertEvent event(AlertEvent.State state, Optional<Instant> endsAt, long at) {
        return new AlertEvent(
                state,
                Map.of("alertname", ALERT, "severity", "critical"),
                Map.of(
                        "summary",
                        "no gateway is alive and no reading arrives: devices are not called silent meanwhile"),
                Instant.ofEpochMilli(told),
                endsAt,
                ALERT + "-" + Long.toHexString(told),
                Optional.empty(),
                "millrace/" + ALERT,
                "",
                "clock",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Instant.ofEpochMilli(at));
    }
}
