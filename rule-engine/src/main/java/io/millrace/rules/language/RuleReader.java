package io.millrace.rules.language;

import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Conduct;
import io.millrace.rules.model.Hours;
import io.millrace.rules.model.Operation;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.Selection;
import io.millrace.rules.model.Timing;
import io.millrace.rules.model.Trigger;
import io.millrace.rules.source.Problems.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One item of {@code rules}, completed by the defaults of its group and file. */
final class RuleReader {

    private final Reading reading;
    private final ActionReader actions;
    private final SelectionReader selections;
    private final FieldTable.Builder slots;

    private final ConductReader conducts;
    private final HoursReader hoursReader;
    private final TimingReader timings;
    private final TriggerReader triggers;
    private final FingerprintReader prints;

    RuleReader(
            Reading reading,
            ActionReader actions,
            ConductReader conducts,
            HoursReader hoursReader,
            SelectionReader selections,
            FieldTable.Builder slots) {
        this.reading = reading;
        this.actions = actions;
        this.conducts = conducts;
        this.hoursReader = hoursReader;
        this.selections = selections;
        this.slots = slots;
        this.timings = new TimingReader(reading);
        this.triggers = new TriggerReader(reading);
        this.prints = new FingerprintReader(reading, slots);
    }

    /** A name, the word before it, and where it was given. */
    record Named(String kind, String name, Node node) {

        Subject subject() {
            return new Subject(kind, Optional.of(name), Optional.empty());
        }
    }

    /** The rule's name, before its other words are read; empty if it has none that is good. */
    Optional<Named> name(Node item) {
        if (!(item instanceof MappingNode map)) {
            return Optional.empty();
        }
        for (NodeTuple pair : map.getValue()) {
            if (pair.getKeyNode() instanceof ScalarNode key
                    && pair.getValueNode() instanceof ScalarNode value
                    && RuleWords.KINDS.contains(key.getValue())
                    && !value.getValue().isEmpty()) {
                return Optional.of(new Named(key.getValue(), value.getValue(), value));
            }
        }
        return Optional.empty();
    }

    /** {@code outer} is the selection of the group. */
    Optional<Rule> read(String group, Node item, List<Entries> defaults, Optional<Selection> outer) {
        Optional<Named> named = name(item);
        Subject subject = named.map(Named::subject).orElse(Subject.FILE);
        Entries own = reading.entries(item, subject, "a rule", RuleWords.ALL, RuleWords.LATER);
        if (!(item instanceof MappingNode)) {
            return Optional.empty();
        }
        Optional<Entries.Entry> kind = kind(own, item, subject);
        Optional<String> name = kind.flatMap(reading::name);
        Entries all = own;
        for (Entries layer : defaults) {
            all = all.over(layer);
        }
        if (!own.has("levels") && (own.has("expr") || own.has("absent_for"))) {
            all = all.without(Set.of("levels"));
        }
        boolean alert = kind.map(entry -> entry.word().equals("alert")).orElse(false);
        exclusive(own, "levels", LevelsReader.EXCLUDED);
        reading.expressions().beginRule();
        all.get("vars").ifPresent(new LocalsReader(reading, Set.of())::variables);
        exclusive(own, "schedule", HoursReader.EXCLUDED);
        if (all.has("schedule")) {
            all = all.without(HoursReader.EXCLUDED);
        }
        Hours hours = hoursReader.read(all, own);
        Timing timing = timings.read(all);
        Optional<Trigger> trigger = triggers.read(all, timing);
        List<String> meanings = reading.expressions().meanings();
        Selection devices = all.get("devices").map(selections::read).orElse(Selection.ALL);
        List<Action> onFiring = onFiring(all);
        List<Action> onResolved = all.get("on_resolved").map(actions::list).orElse(List.of());
        Map<String, Template> labels = templates("labels", own, defaults);
        Map<String, Template> annotations = templates("annotations", own, defaults);
        Conduct conduct = conducts.read(all);
        Operation operation = operation(all);
        Slots remembered = reading.expressions().remembered();
        slots.histories().readBy(remembered, timing.staleAfter().toMillis());
        Node place = named.map(Named::node).orElse(item);
        if (kind.isPresent() && isClean(item)) {
            mustDoSomething(all, alert, place, subject);
        }
        if (name.isEmpty() || trigger.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Rule(
                new RuleId(group, name.get()),
                alert ? RuleKind.ALERT : RuleKind.RULE,
                trigger.get(),
                timing,
                outer.map(devices::within).orElse(devices),
                onFiring,
                onResolved,
                labels,
                annotations,
                conduct,
                hours,
                operation,
                remembered,
                prints.of(all, alert, own, defaults, outer, trigger.get(), hours, meanings),
                reading.source().position(ScalarPassage.start(place))));
    }

    private Optional<Entries.Entry> kind(Entries own, Node item, Subject subject) {
        List<Entries.Entry> kinds = own.all().stream()
                .filter(entry -> RuleWords.KINDS.contains(entry.word()))
                .toList();
        if (kinds.size() > 1) {
            reading.error(
                    kinds.get(1).key(),
                    "E105",
                    subject,
                    "both `" + kinds.get(0).word() + "` and `" + kinds.get(1).word() + "` in one rule",
                    "`rule:` sends commands, `alert:` also reports; one of them names it");
        } else if (kinds.isEmpty() && isClean(item)) {
            reading.error(
                    item,
                    "E105",
                    subject,
                    "a rule without a name",
                    "begin with `rule: name` (sends commands) or `alert: name` (also reports)");
        }
        return kinds.stream().findFirst();
    }

    private void mustDoSomething(Entries all, boolean alert, Node place, Subject subject) {
        if (!all.has("expr") && !all.has("absent_for") && !all.has("levels") && !all.has("schedule")) {
            reading.error(place, "E107", subject, "no condition", "add `expr:`, or `absent_for:` to notice silence");
        } else if (!alert && !all.has("send") && !all.has("on_firing") && !all.has("on_resolved")) {
            String name = subject.rule().orElse("");
            reading.error(
                    place,
                    "E106",
                    subject,
                    "rule \"" + name + "\" has no send, on_firing or on_resolved",
                    "use `alert:` if you want only a report");
        }
    }

    /** Nothing wrong in the rule yet that could be the reason for what seems to be absent. */
    private boolean isClean(Node item) {
        int first = reading.source().position(ScalarPassage.start(item)).line();
        int last = reading.source()
                .position(ScalarPassage.index(item.getEndMark()))
                .line();
        Set<String> keys = Set.of("E101", "E102", "E103", "E105", "E209");
        return !reading.problems()
                .any(problem -> problem.position().line() >= first
                        && problem.position().line() <= last
                        && keys.contains(problem.code()));
    }

    /** Words that mean nothing beside that one. */
    private void exclusive(Entries own, String word, Set<String> excluded) {
        if (!own.has(word)) {
            return;
        }
        for (Entries.Entry other : own.all()) {
            if (excluded.contains(other.word())) {
                reading.error(
                        other.key(),
                        "E114",
                        other.subject(),
                        "`" + other.word() + "` beside `" + word + "`",
                        "one of them must go");
            }
        }
    }

    private List<Action> onFiring(Entries all) {
        List<Action> found = new ArrayList<>();
        all.get("send").flatMap(actions::send).ifPresent(found::add);
        all.get("on_firing").ifPresent(entry -> found.addAll(actions.list(entry)));
        return found;
    }

    /** Labels and annotations merge: the rule's own over its group's over its file's. */
    private Map<String, Template> templates(String word, Entries own, List<Entries> defaults) {
        Map<String, Template> merged =
                new LinkedHashMap<>(own.get(word).map(actions::templates).orElse(Map.of()));
        for (Entries layer : defaults) {
            layer.get(word).map(actions::templates).orElse(Map.of()).forEach(merged::putIfAbsent);
        }
        return merged;
    }

    private Operation operation(Entries all) {
        return new Operation(
                all.get("enabled").flatMap(reading::bool).orElse(true),
                all.get("dry_run").flatMap(reading::bool).orElse(false),
                all.get("rollout")
                        .flatMap(entry -> reading.integer(entry, 0, 100))
                        .orElse(100),
                all.get("on_removed")
                        .flatMap(entry -> reading.word(
                                entry, Map.of("resolve", Operation.OnRemoved.RESOLVE, "run", Operation.OnRemoved.RUN)))
                        .orElse(Operation.OnRemoved.RESOLVE),
                all.get("renamed_from").flatMap(reading::name));
    }
}
