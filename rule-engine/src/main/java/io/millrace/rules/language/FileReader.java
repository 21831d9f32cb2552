package io.millrace.rules.language;

import io.millrace.rules.calendar.TimeIntervals;
import io.millrace.rules.cel.Expressions;
import io.millrace.rules.cel.Scope;
import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.language.ConductReader.AlertReference;
import io.millrace.rules.lint.Evidence;
import io.millrace.rules.lint.Lint;
import io.millrace.rules.lint.Suspects;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.Selection;
import io.millrace.rules.source.Patience;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourcePosition;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.config.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** One rule file from top to bottom. Lives for one load of one file; names and slots are shared with the other files of the set. */
final class FileReader {

    private static final int VERSION = 1;
    /** What decoding puts in the place of bytes that are no UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    static final Set<String> WORDS =
            Set.of("version", "fields", "commands", "time_intervals", "defaults", "groups", "rules");
    static final Set<String> GROUP = Set.of("name", "devices", "defaults", "rules");

    private final SourceText source;
    private final Problems problems;
    private final FieldTable.Builder slots;
    private final Map<RuleId, SourcePosition> names;
    private final Evidence evidence;
    private final List<Rule> rules = new ArrayList<>();
    private final List<AlertReference> references = new ArrayList<>();
    private final List<Lint.Place> places = new ArrayList<>();
    private int written;
    private int groups;
    private int cost;

    FileReader(SourceText source, FieldTable.Builder slots, Map<RuleId, SourcePosition> names, Evidence evidence) {
        this.source = source;
        this.problems = new Problems(source);
        this.slots = slots;
        this.names = names;
        this.evidence = evidence;
    }

    void read() {
        int garbled = source.text().indexOf(REPLACEMENT);
        if (garbled >= 0) {
            int offset = source.text().codePointCount(0, garbled);
            problems.error(
                    source.position(offset), 1, "E100", Subject.FILE, "not UTF-8 text", "save the file as UTF-8");
            return;
        }
        YamlDocument.Tree tree = YamlDocument.read(source, problems);
        if (tree.root().isPresent()) {
            read(tree.root().get(), tree.blots());
        } else if (problems.isEmpty()) {
            problems.error(
                    source.position(0), 1, "E107", Subject.FILE, "neither `rules` nor `groups`", "begin with `rules:`");
        }
        tree.blots().reportRest(problems);
        dropFollowUps();
    }

    /** Once all files have been read: the alerts that this one names must be there in one of them. */
    void check(Set<String> alerts) {
        for (AlertReference reference : references) {
            if (!alerts.contains(reference.name())) {
                problems.error(
                        source.position(ScalarPassage.start(reference.place().value())),
                        reference.name().length(),
                        "E111",
                        reference.place().subject(),
                        "no alert is named \"" + reference.name() + "\"",
                        Nearest.help(reference.name(), alerts, "Alerts here"));
            }
        }
    }

    List<Rule> rules() {
        return rules;
    }

    RuleFiles.FileResult result() {
        return new RuleFiles.FileResult(source.name(), rules, written, groups, cost, problems.sorted());
    }

    private void read(Node root, YamlDocument.Blots blots) {
        Reading plain = Reading.plain(source, problems, blots);
        Entries words = plain.entries(root, Subject.FILE, "a rule file", WORDS, Set.of());
        if (!(root instanceof MappingNode)) {
            return;
        }
        if (!version(words, plain)) {
            return;
        }
        Optional<Map<String, FieldDeclaration>> fields = words.get("fields").map(new FieldsReader(plain)::read);
        Map<String, Map<String, Object>> commands =
                words.get("commands").map(new CommandsReader(plain)::read).orElse(Map.of());
        Scope scope = new Scope(fields, slots);
        new FieldUses(scope).learn(root);
        Expressions expressions = new Expressions(scope, problems);
        Reading reading = new Reading(source, problems, blots, expressions);
        SelectionReader selections = new SelectionReader(reading);
        Map<String, TimeIntervals> intervals = words.get("time_intervals")
                .map(new TimeIntervalsReader(reading)::read)
                .orElse(Map.of());
        ActionReader actions = new ActionReader(reading, commands.keySet());
        RuleReader rule = new RuleReader(
                reading,
                actions,
                new ConductReader(reading, actions, references),
                new HoursReader(reading, intervals),
                selections,
                slots);
        List<Entries> defaults = defaults(words, reading);
        new LocalsReader(reading, fields.map(Map::keySet).orElse(Set.of())).records(root);
        if (words.has("rules")) {
            groups++;
            rules(RuleFiles.baseName(source.name()), words.require("rules"), defaults, Optional.empty(), reading, rule);
        }
        words.get("groups").ifPresent(entry -> groups(entry, defaults, reading, rule, selections));
        if (!words.has("rules") && !words.has("groups") && problems.isEmpty()) {
            reading.error(root, "E107", Subject.FILE, "neither `rules` nor `groups`", "begin with `rules:`");
        }
        cost = expressions.worstCost();
        Lint.look(new Suspects(rules, commands, slots::at, evidence), source, places, problems);
    }

    private static boolean version(Entries words, Reading reading) {
        Optional<Entries.Entry> entry = words.get("version");
        Optional<Integer> version = entry.flatMap(found -> reading.integer(found, 1, Integer.MAX_VALUE));
        if (entry.isPresent() && version.isPresent() && version.get() > VERSION) {
            reading.error(
                    entry.get(),
                    "E112",
                    "language version " + version.get() + " is newer than this engine, which knows " + VERSION,
                    "upgrade the engine first");
            return false;
        }
        return true;
    }

    private static List<Entries> defaults(Entries words, Reading reading) {
        return words.get("defaults")
                .map(entry -> reading.entries(
                        entry.value(), entry.subject(), "`defaults`", RuleWords.SHARED, RuleWords.LATER))
                .map(List::of)
                .orElse(List.of());
    }

    private void groups(
            Entries.Entry entry, List<Entries> defaults, Reading reading, RuleReader rule, SelectionReader selections) {
        Map<String, Node> seen = new HashMap<>();
        for (Node node : reading.list(entry)) {
            groups++;
            Entries words = reading.entries(node, entry.subject(), "a group", GROUP, Set.of("by", "interval"));
            Optional<String> name = words.get("name").flatMap(reading::name);
            if (!words.has("name") && node instanceof MappingNode) {
                reading.error(
                        node, "E107", entry.subject(), "a group without `name`", "begin it with `- name: lights`");
            }
            if (name.isPresent()) {
                Node first = seen.putIfAbsent(name.get(), node);
                if (first != null) {
                    reading.error(
                            words.require("name"),
                            "E104",
                            "the group \"" + name.get() + "\" is there twice",
                            "the first one is in line "
                                    + source.position(ScalarPassage.start(first))
                                            .line());
                }
            }
            List<Entries> layers = new ArrayList<>(defaults(words, reading));
            layers.addAll(defaults);
            Optional<Selection> devices = words.get("devices").map(selections::read);
            if (words.has("rules")) {
                rules(name.orElse(""), words.require("rules"), layers, devices, reading, rule);
            } else if (node instanceof MappingNode) {
                reading.error(
                        node, "E107", entry.subject(), "a group without `rules`", "add `rules:` and a list of them");
            }
        }
    }

    private void rules(
            String group,
            Entries.Entry entry,
            List<Entries> defaults,
            Optional<Selection> devices,
            Reading reading,
            RuleReader reader) {
        for (Node item : reading.list(entry)) {
            Patience.check();
            written++;
            places.add(place(item));
            Optional<RuleReader.Named> named = reader.name(item);
            if (named.isPresent()) {
                RuleId id = new RuleId(group, named.get().name());
                Node place = named.get().node();
                SourcePosition here = source.position(ScalarPassage.start(place));
                SourcePosition first = names.putIfAbsent(id, here);
                if (first != null) {
                    reading.error(
                            place,
                            "E104",
                            named.get().subject(),
                            "the name is taken in group \"" + group + "\"",
                            "the first one is at " + first);
                }
            }
            if (!LocalsReader.isRecord(item)) {
                reader.read(group, item, defaults, devices).ifPresent(rules::add);
            }
        }
    }

    private Lint.Place place(Node item) {
        int last = source.position(ScalarPassage.index(item.getEndMark())).line();
        int first = source.position(ScalarPassage.start(item)).line();
        return new Lint.Place(
                first,
                Math.max(
                        first,
                        last - (item instanceof MappingNode map && map.getFlowStyle() == FlowStyle.BLOCK ? 1 : 0)));
    }

    /** A value that YAML cut off leaves rubbish behind it in the same line: one mistake, one problem. */
    private void dropFollowUps() {
        Set<Integer> cut = new HashSet<>();
        problems.sorted().stream()
                .filter(problem -> problem.code().equals("E102"))
                .forEach(problem -> cut.add(problem.position().line()));
        problems.drop(problem ->
                problem.code().equals("E103") && cut.contains(problem.position().line()));
    }
}
