package io.millrace.rules.evaluation;

import io.millrace.schemas.RuleControl.Kind;
import java.util.List;
import java.util.Optional;

/**
 * What people have said about one rule, in the order in which it holds. What it says of a time depends on nothing but that time:
 * whoever reads the same words decides the same. Immutable.
 */
final class RuleWords {

    static final RuleWords NONE = new RuleWords(List.of());

    private final List<Controls.Word> words;

    /** @param words by the time from which they hold */
    RuleWords(List<Controls.Word> words) {
        this.words = List.copyOf(words);
    }

    List<Controls.Word> all() {
        return words;
    }

    boolean canMute() {
        return !words.isEmpty();
    }

    /** The mute under which the rule is then: the last word counts, a later mute may end earlier. */
    Optional<Controls.Word> mute(long time) {
        for (int i = words.size() - 1; i >= 0; i--) {
            Controls.Word word = words.get(i);
            if (word.from() <= time && word.kind() != Kind.RELEASE) {
                return word.kind() == Kind.MUTE && time < word.until() ? Optional.of(word) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    boolean muted(long time) {
        return !words.isEmpty() && mute(time).isPresent();
    }

    /** When the rule was released last, up to then; {@link Instance#NEVER} if it was not. */
    long released(long time) {
        for (int i = words.size() - 1; i >= 0; i--) {
            Controls.Word word = words.get(i);
            if (word.from() <= time && word.kind() == Kind.RELEASE) {
                return word.from();
            }
        }
        return Instance.NEVER;
    }
}
