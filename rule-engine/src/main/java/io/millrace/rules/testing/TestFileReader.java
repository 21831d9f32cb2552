package io.millrace.rules.testing;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.language.Entries;
import io.millrace.rules.language.Reading;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.language.YamlDocument;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads one test file, and the rule files that it names; all that is wrong with them comes at once. */
public final class TestFileReader {

    private static final Set<String> FILE = Set.of("rule_files", "registry", "tests");
    private static final Set<String> TEST = Set.of(
            "name",
            "device",
            "start",
            "interval",
            "series",
            "input",
            "expect",
            "expect_never",
            "expect_sent_total",
            "expect_sequence",
            "strict");
    private static final Set<String> EXPECTING =
            Set.of("expect", "expect_never", "expect_sent_total", "expect_sequence", "strict");
    /** A midnight, so that hours are easy to count. */
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Path file;
    private final SourceText source;
    private final Problems problems;
    private final List<Problem> ofRules = new ArrayList<>();
    private final List<SourceText> rules = new ArrayList<>();
    private final Map<Path, Optional<RuleSet>> replaced = new HashMap<>();
    private final TargetNames names = new TargetNames();

    private TestFileReader(Path file, SourceText source) {
        this.file = file;
        this.source = source;
        this.problems = new Problems(source);
    }

    /** What came of it: the file, or what is wrong with it. */
    public record Result(Optional<TestFile> file, List<Problem> problems) {}

    public static Result read(Path file) throws IOException {
        TestFileReader reader = new TestFileReader(file, RuleFiles.read(file));
        Optional<TestFile> read = reader.read();
        List<Problem> wrong = new ArrayList<>(reader.problems.sorted());
        wrong.addAll(reader.ofRules);
        return new Result(wrong.isEmpty() ? read : Optional.empty(), wrong);
    }

    private Optional<TestFile> read() throws IOException {
        YamlDocument.Tree tree = YamlDocument.read(source, problems);
        if (tree.root().isEmpty()) {
            if (problems.isEmpty()) {
                problems.error(
                        source.position(0),
                        1,
                        "E107",
                        Subject.FILE,
                        "no tests",
                        "begin with `rule_files:` and `tests:`");
            }
            return Optional.empty();
        }
        Reading reading = Reading.plain(source, problems, tree.blots());
        Node root = tree.root().get();
        Entries words = reading.entries(root, Subject.FILE, "a test file", FILE, Set.of());
        if (words.all().isEmpty()) {
            return Optional.empty();
        }
        for (String word : List.of("rule_files", "tests")) {
            if (!words.has(word)) {
                reading.error(
                        root, "E107", Subject.FILE, "no `" + word + "`", "a test file has `rule_files` and `tests`");
            }
        }
        Optional<RuleSet> set = words.get("rule_files").flatMap(entry -> ruleFiles(entry, reading));
        set.ifPresent(names::add);
        Map<String, DeviceAttributes> registry = new LinkedHashMap<>();
        words.get("registry").ifPresent(entry -> reading.open(entry)
                .forEach((device, found) -> registry.put(device, registered(found, reading))));
        // Without its rules every name in a test would be called unknown.
        if (set.isEmpty() || !words.has("tests")) {
            return Optional.empty();
        }
        List<RuleTest> tests = new ArrayList<>();
        for (Node item : reading.list(words.require("tests"))) {
            test(item, reading).ifPresent(tests::add);
        }
        return Optional.of(new TestFile(source.name(), set.get(), registry, tests));
    }

    private static DeviceAttributes registered(Entries.Entry entry, Reading reading) {
        var value = new JsonValues(reading).of(entry.value(), entry.subject());
        if (!value.isObject()) {
            reading.error(
                    entry,
                    "E108",
                    "the registry's entry of a device must be a map",
                    "esp32-01: {labels: {site: berlin}, maxTemp: 8}; {} for one without attributes");
        }
        return InputReader.change(value).applied(DeviceAttributes.UNREGISTERED);
    }

    private Optional<RuleSet> ruleFiles(Entries.Entry entry, Reading reading) {
        boolean complete = true;
        for (Node item : reading.list(entry)) {
            String written = reading.text(item, "rule_files", entry.subject())
                    .map(Object::toString)
                    .orElse("");
            List<Path> files = written.isEmpty() ? List.of() : find(written, item, entry.subject(), reading);
            complete &= !files.isEmpty();
            for (Path path : files) {
                complete &= source(path, item, entry.subject(), reading)
                        .map(rules::add)
                        .orElse(false);
            }
        }
        if (!complete || rules.isEmpty()) {
            if (problems.isEmpty()) {
                reading.error(entry, "E107", "no rule files", "rule_files: [greenhouse.rules.yaml]");
            }
            return Optional.empty();
        }
        return compile(rules);
    }

    private List<Path> find(String written, Node item, Subject subject, Reading reading) {
        Path base = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        try {
            List<Path> files = RuleFilePatterns.files(base, written);
            if (files.isEmpty()) {
                Path folder = base.toAbsolutePath().normalize();
                reading.error(
                        item,
                        "E301",
                        subject,
                        "no rule file is \"" + written + "\"",
                        "a file, a directory or a pattern, looked for in " + (Files.isDirectory(base) ? base : folder));
            }
            return files;
        } catch (IOException | java.nio.file.InvalidPathException | java.util.regex.PatternSyntaxException unreadable) {
            reading.error(item, "E301", subject, "cannot read \"" + written + "\": " + unreadable.getMessage(), "");
            return List.of();
        }
    }

    private Optional<SourceText> source(Path path, Node item, Subject subject, Reading reading) {
        try {
            return Optional.of(RuleFiles.read(path));
        } catch (IOException unreadable) {
            reading.error(item, "E301", subject, "cannot read \"" + path + "\": " + unreadable.getMessage(), "");
            return Optional.empty();
        }
    }

    private Optional<RuleSet> compile(List<SourceText> sources) {
        RuleFiles.Loaded loaded = RuleFiles.compile(sources);
        loaded.problems().stream()
                .filter(problem -> problem.level() == Problem.Level.ERROR && !ofRules.contains(problem))
                .forEach(ofRules::add);
        return loaded.rules();
    }

    /** The first rule file's contents are replaced, its name stays, and with it that of its group. */
    private Optional<RuleSet> replaced(Entries.Entry entry, Reading reading) {
        String written = reading.text(entry).map(Object::toString).orElse("");
        List<Path> files = written.isEmpty() ? List.of() : find(written, entry.value(), entry.subject(), reading);
        if (files.size() != 1) {
            return Optional.empty();
        }
        return replaced.computeIfAbsent(files.get(0), path -> {
            Optional<SourceText> text = source(path, entry.value(), entry.subject(), reading);
            if (text.isEmpty() || compile(List.of(text.get())).isEmpty()) {
                return Optional.empty();
            }
            List<SourceText> all = new ArrayList<>(rules);
            all.set(0, new SourceText(rules.get(0).name(), text.get().text()));
            Optional<RuleSet> set = compile(all);
            set.ifPresent(names::add);
            return set;
        });
    }

    private Optional<RuleTest> test(Node item, Reading reading) {
        Subject subject = Subject.FILE.word("tests");
        Entries words = reading.entries(item, subject, "a test", TEST, Set.of());
        if (words.all().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> name = words.get("name").flatMap(reading::text).map(Object::toString);
        if (!words.has("name")) {
            reading.error(
                    item, "E107", subject, "a test without `name`", "say what it shows: `- name: fan waits a minute`");
        }
        if (EXPECTING.stream().noneMatch(words::has)) {
            reading.error(
                    item,
                    "E107",
                    subject,
                    "a test that expects nothing",
                    "add `expect`, `expect_never` or `expect_sequence`");
        }
        TestWords common = new TestWords(reading);
        String device = words.get("device").flatMap(common::device).orElse("esp32-01");
        Instant start =
                words.get("start").flatMap(entry -> start(entry, reading)).orElse(START);
        // First the inputs: rules that they bring may be named by expectations.
        List<Input> inputs = new InputReader(
                        reading, common, device, start.toEpochMilli(), entry -> replaced(entry, reading))
                .read(words);
        ExpectationReader expectations = new ExpectationReader(reading, common, names, device);
        return Optional.of(new RuleTest(
                name.orElse(""),
                reading.position(item),
                start,
                saysWhen(words),
                inputs,
                words.get("expect").map(entry -> expectations.read(entry, true)).orElse(List.of()),
                words.get("expect_never")
                        .map(entry -> expectations.read(entry, false))
                        .orElse(List.of()),
                words.get("expect_sent_total").flatMap(entry -> reading.integer(entry, 0, Integer.MAX_VALUE)),
                words.get("expect_sequence").map(entry -> expectations.read(entry, false)),
                words.get("strict").flatMap(reading::bool).orElse(false)));
    }

    /** Whether a line of the test has {@code ts}. */
    private static boolean saysWhen(Entries test) {
        return test.get("input")
                .filter(entry -> entry.value() instanceof SequenceNode)
                .map(entry -> ((SequenceNode) entry.value())
                        .getValue().stream()
                                .filter(MappingNode.class::isInstance)
                                .flatMap(line -> ((MappingNode) line).getValue().stream())
                                .anyMatch(pair -> pair.getKeyNode() instanceof ScalarNode key
                                        && key.getValue().equals("ts")))
                .orElse(false);
    }

    private static Optional<Instant> start(Entries.Entry entry, Reading reading) {
        String written = reading.text(entry).map(Object::toString).orElse("");
        try {
            return Optional.of(java.time.OffsetDateTime.parse(written).toInstant());
        } catch (DateTimeParseException wrong) {
            reading.error(
                    entry,
                    "E108",
                    "`start` is \"" + written + "\"",
                    "a time as RFC 3339, such as 2026-11-22T10:00:00Z");
            return Optional.empty();
        }
    }
}
