package io.millrace.gateway.state;

import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;

/**
 * Writes what no session writes any more, of the states that this gateway wrote and of those of gateways that are gone:
 *
 * <ul>
 *   <li>the end of one that is over, as a tombstone;
 *   <li>that the device has left, of one that is still connected and has no session: another kind of session took its place
 *       elsewhere (a poll by HTTP, or one whose opening failed), or its gateway does not come back. Its expiry begins then;
 *   <li>one that a late record of an older session stands behind, once more, before compaction keeps the wrong one.
 * </ul>
 *
 * <p>The last two only if it was so, with the very same record, one sweep before: what a session has just written and the table
 * has not read yet counts more. One thread at a time.
 */
final class StateSweep {
    /** The writer of a state that is over says so to Kafka within this time; the others then forget it by themselves. */
    static final Duration INTERVAL = Duration.ofMinutes(10);

    private final KeptStates kept;
    private final SessionStates states;
    private final IntPredicate isToLookAfter;
    private final Clock clock;
    private Map<DeviceId, Kept> seenBefore = Map.of();

    /** @param isToLookAfter whether what the gateway of a slot wrote is this one's concern */
    StateSweep(KeptStates kept, SessionStates states, IntPredicate isToLookAfter, Clock clock) {
        this.kept = kept;
        this.states = states;
        this.isToLookAfter = isToLookAfter;
        this.clock = clock;
    }

    /**
     * Before the first connection: sessions of this slot that were not closed ended with the process before, whose death nobody
     * can date, so their expiry runs from now.
     */
    CompletionStage<Void> begin(int slot) {
        CompletableFuture<?>[] writes = kept.all().entrySet().stream()
                .filter(entry -> entry.getValue().slot() == slot)
                .filter(entry -> entry.getValue().connected() || kept.isBuried(entry.getKey()))
                .map(entry -> mend(entry.getKey(), entry.getValue()).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(writes);
    }

    void sweep() {
        Instant now = clock.instant();
        Map<DeviceId, Kept> seen = new HashMap<>();
        kept.all().forEach((device, one) -> {
            if (states.isHere(device) || !isToLookAfter.test(one.slot())) {
                return;
            }
            if (one.isOver(now)) {
                var unused = states.erase(device, one.epoch());
            } else if (one.connected() || kept.isBuried(device)) {
                if (seenBefore.get(device) == one) {
                    var unused = mend(device, one);
                }
                seen.put(device, one);
            }
        });
        seenBefore = seen;
        kept.buriedEnds().forEach((device, end) -> {
            if (isToLookAfter.test(end.lateSlot())) {
                // It has no content that could be older than another's.
                var unused = states.erase(device, end.epoch());
            }
        });
        kept.forget(now, INTERVAL.multipliedBy(2));
    }

    private CompletionStage<Void> mend(DeviceId device, Kept one) {
        if (!one.connected()) {
            return states.writeAgain(device, one);
        }
        return one.expirySeconds() == 0 ? states.erase(device, one.epoch()) : states.writeEnded(device, one);
    }
}
