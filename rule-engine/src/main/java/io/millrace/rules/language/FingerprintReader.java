package io.millrace.rules.language;

import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.model.Fingerprints;
import io.millrace.rules.model.Hours;
import io.millrace.rules.model.Selection;
import io.millrace.rules.model.Trigger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Hashes the four parts of a rule, from which a reload sees what was edited. */
final class FingerprintReader {

    private final Reading reading;
    private final FieldTable.Builder slots;

    FingerprintReader(Reading reading, FieldTable.Builder slots) {
        this.reading = reading;
        this.slots = slots;
    }

    /**
     * @param all the rule's words with the defaults, {@code own} without them
     * @param outer the selection of the group
     * @param meanings of the variables and records that the conditions use; those of the texts come on top
     */
    Fingerprints of(
            Entries all,
            boolean alert,
            Entries own,
            List<Entries> defaults,
            Optional<Selection> outer,
            Trigger trigger,
            Hours hours,
            List<String> meanings) {
        Digest condition =
                part(all.without(Set.of("levels")), RuleWords.CONDITION).add(alert ? "alert" : "rule");
        outer.ifPresent(selection -> add(condition, selection));
        HoursReader.digest(hours, condition);
        Inputs inputs = trigger.inputs();
        for (int slot : inputs.fields().toArray()) {
            condition.add(slots.at(slot).key());
        }
        meanings.forEach(condition::add);
        Digest timing = part(all, RuleWords.TIMING);
        all.get("levels").ifPresent(entry -> LevelsReader.digest(entry.value(), condition, timing));
        Digest texts = part(own, RuleWords.TEXTS);
        defaults.forEach(layer -> texts.add(part(layer, RuleWords.TEXTS).hex()));
        reading.expressions().meanings().forEach(texts::add);
        return new Fingerprints(
                condition.hex(), timing.hex(), part(all, RuleWords.ACTIONS).hex(), texts.hex());
    }

    private static void add(Digest digest, Selection selection) {
        digest.add("devices");
        selection.ids().forEach(glob -> digest.add(glob.pattern()));
        digest.add("except");
        selection.except().forEach(glob -> digest.add(glob.pattern()));
        selection.labels().forEach((name, values) -> {
            digest.add(name);
            values.forEach(digest::add);
        });
        selection.expr().ifPresent(condition -> digest.add("expr").add(condition.text()));
    }

    private static Digest part(Entries entries, Set<String> words) {
        Digest digest = new Digest();
        for (String word : new TreeSet<>(words)) {
            entries.get(word).ifPresent(entry -> digest.add(word).add(entry.value()));
        }
        return digest;
    }
}
