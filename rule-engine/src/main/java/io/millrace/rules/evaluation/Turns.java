package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import io.millrace.schemas.RuleControl.Kind;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The times at which what people have said of rules makes something happen by itself: a mute ends, a held rule is released. In rule
 * time, so a partition passes them at the same place of its log every time; all of them again after a restart, for one of them may
 * have come between the last write of a state and a crash. Of its task's thread.
 */
final class Turns {

    /**
     * Something to be done.
     *
     * @param at rule time
     * @param said the time that was said; before {@code at} if the word was late
     */
    record Turn(long at, long said, boolean isRelease, RuleId rule) {}

    private final PriorityQueue<Turn> ahead = new PriorityQueue<>(
            Comparator.comparingLong(Turn::at).thenComparing(Turn::rule).thenComparing(Turn::isRelease));
    private Controls controls = Controls.NONE;
    private long heard = -1;

    Controls controls() {
        return controls;
    }

    void obey(Controls said, long ruleTime) {
        for (Controls.Word word : said.after(heard)) {
            long time = word.kind() == Kind.MUTE ? word.until() : word.from();
            ahead.add(new Turn(Math.max(time, ruleTime), time, word.kind() == Kind.RELEASE, word.rule()));
        }
        heard = Math.max(heard, said.last());
        controls = said;
    }

    /** The next one, if it is due by then. */
    @Nullable
    Turn due(long until) {
        Turn next = ahead.peek();
        return next == null || next.at > until ? null : ahead.poll();
    }
}
