package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last transitions of a device's rules, oldest first, in a few hundred bytes. Of its task's thread. */
final class Transitions {

    static final int KEPT = 20;

    private static final Moment.Kind[] KINDS = Moment.Kind.values();
    private static final Phase[] PHASES = Phase.values();

    private @Nullable RuleId[] rules = new RuleId[2];
    private long[] times = new long[2];
    private long[] offsets = new long[2];
    /** Phases, level, kind of cause and partition. */
    private int[] details = new int[2];

    private int size;
    /** Where the oldest one stands. */
    private int first;

    void add(RuleId rule, Phase from, Phase to, @Nullable LevelStates levels, Moment moment) {
        int level = levels == null ? 0 : levels.told + 1;
        int detail =
                from.ordinal() | to.ordinal() << 2 | level << 4 | moment.kind().ordinal() << 8;
        add(rule, moment.asOf(), moment.offset(), detail | moment.partition() << 12);
    }

    void add(RuleId rule, long time, long offset, int detail) {
        int at = (first + size) % KEPT;
        if (size == KEPT) {
            first = (first + 1) % KEPT;
        } else if (size++ == times.length) {
            int room = Math.min(KEPT, 2 * times.length);
            rules = Arrays.copyOf(rules, room);
            times = Arrays.copyOf(times, room);
            offsets = Arrays.copyOf(offsets, room);
            details = Arrays.copyOf(details, room);
        }
        rules[at] = rule;
        times[at] = time;
        offsets[at] = offset;
        details[at] = detail;
    }

    int size() {
        return size;
    }

    RuleId rule(int i) {
        RuleId rule = rules[(first + i) % KEPT];
        if (rule == null) {
            throw new IndexOutOfBoundsException(i);
        }
        return rule;
    }

    long time(int i) {
        return times[(first + i) % KEPT];
    }

    long offset(int i) {
        return offsets[(first + i) % KEPT];
    }

    int detail(int i) {
        return details[(first + i) % KEPT];
    }

    /** In words, oldest first. */
    List<Explanation.Transition> all() {
        List<Explanation.Transition> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int detail = detail(i);
            int level = (detail >> 4 & 15) - 1;
            all.add(new Explanation.Transition(
                    rule(i),
                    PHASES[detail & 3],
                    PHASES[detail >> 2 & 3],
                    level == LevelStates.NONE ? Optional.empty() : Optional.of(LevelStates.word(level)),
                    time(i),
                    Moment.cause(KINDS[detail >> 8 & 15], detail >>> 12, offset(i), time(i))));
        }
        return all;
    }
}
