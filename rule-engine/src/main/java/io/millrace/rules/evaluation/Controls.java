package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleControl.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What people have said about rules, as far as it still matters. Immutable: a further word makes another one. */
public final class Controls {

    public static final Controls NONE = new Controls(Map.of());

    /** Of a rule: nobody needs older ones but who reads a log of weeks ago. */
    private static final int MOST = 32;

    private final Map<RuleId, RuleWords> byRule;

    /**
     * One word.
     *
     * @param offset in the topic, from 0: later words have higher ones
     * @param from the rule time from which it holds, in epoch milliseconds
     * @param until when a mute ends
     */
    public record Word(long offset, long from, long until, RuleControl said) {

        /** @param written time of the record */
        static Word of(RuleControl said, long offset, long written) {
            Instant from = Instant.ofEpochMilli(written).plus(RuleControl.LEAD);
            long until = said.kind() == Kind.MUTE ? said.end(from).toEpochMilli() : from.toEpochMilli();
            return new Word(offset, from.toEpochMilli(), until, said);
        }

        public Kind kind() {
            return said.kind();
        }

        public RuleId rule() {
            return new RuleId(said.group(), said.rule());
        }
    }

    private Controls(Map<RuleId, RuleWords> byRule) {
        this.byRule = byRule;
    }

    /**
     * With one word more.
     *
     * @param offset of the record that said it
     * @param written time of that record, in epoch milliseconds
     */
    public Controls with(RuleControl said, long offset, long written) {
        Word word = Word.of(said, offset, written);
        List<Word> words = new ArrayList<>(of(word.rule()).all());
        words.add(word);
        words.sort(Comparator.comparingLong(Word::from).thenComparingLong(Word::offset));
        Map<RuleId, RuleWords> all = new HashMap<>(byRule);
        all.put(word.rule(), new RuleWords(words.subList(Math.max(0, words.size() - MOST), words.size())));
        return new Controls(all);
    }

    RuleWords of(RuleId rule) {
        return byRule.getOrDefault(rule, RuleWords.NONE);
    }

    /** The mute under which a rule is at that time. */
    public Optional<Word> mute(RuleId rule, Instant time) {
        return of(rule).mute(time.toEpochMilli());
    }

    /** All words that came after that one. */
    List<Word> after(long offset) {
        return words().filter(word -> word.offset() > offset).toList();
    }

    /** The offset of the latest; -1 if there is none. */
    long last() {
        return words().mapToLong(Word::offset).max().orElse(-1);
    }

    private Stream<Word> words() {
        return byRule.values().stream().flatMap(words -> words.all().stream());
    }
}
