package io.millrace.rules.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one rule stands on one device. Times are epoch milliseconds of rule time. There is none as long as nothing is worth
 * remembering. Deadlines are not kept but derived, so that an edited duration holds at once.
 */
public final class Instance {

    static final long NEVER = Long.MIN_VALUE;

    /** An alert event raised by an action under a name of its own, to be resolved with the episode. */
    record Raised(String name, Map<String, String> labels) {}

    Phase phase = Phase.INACTIVE;
    /** {@code initial: wait}, and the condition has not been false yet. */
    boolean waiting;
    /** The device was silent for {@code absent_for} when last looked at. */
    boolean absent;
    /** Whether the firing actions of this episode ran; if not, neither do those of its end. */
    boolean acted;
    /** Firing actions and event were withheld by a mute or an inhibition; when that ends they are due. */
    boolean owing;
    /** It ended while its condition was true, or fires while its end is: the next message decides, though it may bring nothing new. */
    boolean again;
    /** Consecutive messages for which the condition was true. */
    int samples;
    /** Times that {@code repeat_interval} came due in this episode. */
    int repeats;
    /** Pending: since when the condition holds. Closing: since when its end holds. */
    long since = NEVER;
    /** When this episode began to fire. */
    long startsAt = NEVER;

    long lastActed = NEVER;
    /** When the rule met this device: a never-seen device counts its silence from here. */
    long metAt = NEVER;
    /** Of the firing event: the resolved one must carry the same. */
    Map<String, String> labels = Map.of();

    List<Raised> raised = List.of();
    /** Of a rule with levels, once one of them was true. */
    @Nullable
    LevelStates levels;
    /** How many commands caused each other up to this episode. */
    int chain;
    /** Null as long as nothing was sent. */
    @Nullable
    Pace pace;
    /** Null unless an effect of what was sent is awaited. */
    @Nullable
    Confirmation confirmation;

    public Phase phase() {
        return phase;
    }

    public long startsAt() {
        return startsAt;
    }

    void raise(Raised alert) {
        List<Raised> more = new ArrayList<>(raised);
        more.add(alert);
        raised = List.copyOf(more);
    }

    /** When time alone changes what it may send, or what it waits for. */
    long upkeepAt() {
        long calmAt = pace == null ? DeviceState.UNSCHEDULED : pace.calmAt();
        return confirmation == null ? calmAt : Math.min(calmAt, confirmation.dueAt);
    }

    void endEpisode() {
        if (levels != null) {
            levels.told = LevelStates.NONE;
        }
        phase = levels == null ? Phase.INACTIVE : levels.phase();
        since = NEVER;
        startsAt = NEVER;
        samples = 0;
        repeats = 0;
        acted = false;
        owing = false;
        chain = 0;
        labels = Map.of();
        raised = List.of();
    }

    /** Which level the alert has. */
    Optional<String> level() {
        return levels == null ? Optional.empty() : levels.text();
    }

    /** An edit has left the rule one condition. */
    void dropLevels() {
        if (levels != null && phase == Phase.CLOSING) {
            phase = Phase.FIRING;
        }
        levels = null;
    }

    /** The condition is another now: what has held so far was the old one. */
    void restartPending(long now) {
        if (phase == Phase.PENDING) {
            since = now;
            samples = 1;
        }
        if (levels != null) {
            levels.restartPending(now);
        }
    }

    /** Whether forgetting it would change nothing (a cooldown is remembered as long as the episode's rule might need it). */
    boolean isBlank() {
        return phase == Phase.INACTIVE
                && !waiting
                && !absent
                && !again
                && lastActed == NEVER
                && metAt == NEVER
                && pace == null
                && confirmation == null;
    }
}
