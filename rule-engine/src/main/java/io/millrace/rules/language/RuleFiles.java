package io.millrace.rules.language;

import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.lint.Evidence;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourcePosition;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Loads rule files: all or nothing, and all problems of all files at once. Pure but for reading the files; any thread may call it.
 */
public final class RuleFiles {

    private RuleFiles() {}

    /**
     * What came of it.
     *
     * @param rules the set, if there is no error in any file
     * @param problems of all files, in the order of files and lines
     */
    public record Loaded(Optional<RuleSet> rules, List<Problem> problems, List<FileResult> files) {

        public long count(Problem.Level level) {
            return problems.stream().filter(problem -> problem.level() == level).count();
        }
    }

    /**
     * One file of the set.
     *
     * @param rules those that are good
     * @param ruleCount how many are written in it, good or bad
     * @param worstCost of its most expensive expression
     */
    public record FileResult(
            String name, List<Rule> rules, int ruleCount, int groups, int worstCost, List<Problem> problems) {

        public FileResult {
            rules = List.copyOf(rules);
            problems = List.copyOf(problems);
        }
    }

    /** A file, or the rule files of a directory. Throws if the path cannot be read. */
    public static Loaded load(Path fileOrDirectory) throws IOException {
        return load(List.of(fileOrDirectory));
    }

    /** Several files and directories as one set. */
    public static Loaded load(List<Path> paths) throws IOException {
        return compile(read(paths));
    }

    /** The texts of files and of the rule files of directories. */
    public static List<SourceText> read(List<Path> paths) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                if (!files.contains(file)) {
                    files.add(file);
                }
            }
        }
        List<SourceText> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(read(file));
        }
        return sources;
    }

    /** The text of one file, without its byte order mark. */
    public static SourceText read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return new SourceText(file.toString().replace('\\', '/'), text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The rule files of a directory by name: {@code *.yaml} and {@code *.yml}, neither hidden nor tests; a file is itself. */
    public static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> isRuleFile(String.valueOf(file.getFileName())))
                    .sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
                    .toList();
        }
    }

    /** The name of a file without its folder and its ending: that of the group whose rules stand in no other. */
    public static String baseName(String path) {
        String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        return file.replaceFirst("(\\.rules)?\\.ya?ml$", "");
    }

    /** Neither hidden nor a test. */
    public static boolean isRuleFile(String name) {
        return !name.startsWith(".")
                && (name.endsWith(".yaml") || name.endsWith(".yml"))
                && !name.endsWith(".test.yaml")
                && !name.endsWith(".test.yml");
    }

    /** Texts that were read elsewhere. */
    public static Loaded compile(List<SourceText> sources) {
        return compile(sources, Evidence.NONE);
    }

    /** The same, warned of more by what is known of the fleet. */
    public static Loaded compile(List<SourceText> sources, Evidence evidence) {
        FieldTable.Builder slots = new FieldTable.Builder();
        Map<RuleId, SourcePosition> names = new HashMap<>();
        List<FileReader> readers = sources.stream()
                .map(source -> new FileReader(source, slots, names, evidence))
                .toList();
        readers.forEach(FileReader::read);
        Set<String> alerts = alerts(readers, names.keySet());
        readers.forEach(reader -> reader.check(alerts));
        List<FileResult> files = readers.stream().map(FileReader::result).toList();
        List<Problem> problems =
                files.stream().flatMap(file -> file.problems().stream()).toList();
        boolean good = problems.stream().noneMatch(problem -> problem.level() == Problem.Level.ERROR);
        List<Rule> rules = files.stream().flatMap(file -> file.rules().stream()).toList();
        FieldTable fields = slots.build();
        return new Loaded(
                good ? Optional.of(new RuleSet(revision(rules, fields), rules, fields)) : Optional.empty(),
                problems,
                files);
    }

    /** The alerts that there are, and the names of rules that could not be read: they may be meant for one. */
    private static Set<String> alerts(List<FileReader> readers, Set<RuleId> names) {
        Set<RuleId> unread = new HashSet<>(names);
        Set<String> alerts = new HashSet<>();
        for (FileReader reader : readers) {
            for (Rule rule : reader.rules()) {
                unread.remove(rule.id());
                if (rule.kind() == RuleKind.ALERT) {
                    alerts.add(rule.id().name());
                }
                alerts.addAll(rule.raises());
            }
        }
        unread.forEach(id -> alerts.add(id.name()));
        return alerts;
    }

    private static String revision(List<Rule> rules, FieldTable fields) {
        Digest digest = new Digest();
        rules.forEach(rule -> digest.add(rule.id().toString())
                .add(rule.fingerprints().condition())
                .add(rule.fingerprints().timing())
                .add(rule.fingerprints().actions())
                .add(rule.fingerprints().texts()));
        for (Field field : fields.fields()) {
            digest.add(field.key());
        }
        return digest.hex();
    }
}
