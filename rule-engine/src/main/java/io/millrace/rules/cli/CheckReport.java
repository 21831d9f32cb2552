package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.language.RuleFiles.FileResult;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.Problem.Level;
import java.util.Locale;

/** The result of a check, for people and for programs. */
final class CheckReport {

    private static final int COST_LIMIT = 10_000;

    /** Upper bounds of what a device's state takes: itself, a last value with its time, an instance of a rule with its times. */
    private static final int DEVICE_BYTES = 128;

    private static final int FIELD_BYTES = 40;
    private static final int RULE_BYTES = 96;

    private static final String RED = "\u001b[31;1m";
    private static final String YELLOW = "\u001b[33;1m";
    private static final String GREEN = "\u001b[32;1m";
    private static final String CYAN = "\u001b[36m";
    private static final String PLAIN = "\u001b[0m";

    private final RuleFiles.Loaded loaded;
    private final boolean colours;

    CheckReport(RuleFiles.Loaded loaded, boolean colours) {
        this.loaded = loaded;
        this.colours = colours;
    }

    /** Without a line end after the last line. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (FileResult file : loaded.files()) {
            text.append(file.name())
                    .append(": ")
                    .append(counted(file.ruleCount(), "rule"))
                    .append(", ")
                    .append(counted(file.groups(), "group"))
                    .append('\n');
            file.problems().forEach(problem -> text.append(coloured(problem)).append('\n'));
        }
        return text.append(summary()).toString();
    }

    /** The last line. */
    String summary() {
        long errors = loaded.count(Level.ERROR);
        String counts = "%s, %s, %s"
                .formatted(
                        counted(ruleCount(), "rule"),
                        counted(errors, "error"),
                        counted(loaded.count(Level.WARNING), "warning"));
        if (loaded.rules().isEmpty()) {
            return paint(RED, "failed") + ": " + counts;
        }
        int fields = loaded.rules().get().fields().size();
        return String.format(
                Locale.ROOT,
                "%s: %s; %s, %s; state per device <= %.1f kB; worst rule cost %,d of %,d",
                paint(GREEN, "ok"),
                counts,
                counted(fields, "field"),
                counted(windows(loaded.rules().get()), "window"),
                stateBytes(loaded.rules().get()) / 1000.0,
                worstCost(),
                COST_LIMIT);
    }

    private String coloured(Problem problem) {
        String text = problem.toString();
        if (!colours) {
            return text;
        }
        String level = problem.level().word();
        String colour = problem.level() == Level.ERROR ? RED : YELLOW;
        String[] lines = text.split("\n");
        lines[0] = lines[0].replaceFirst(
                ": " + level + " " + problem.code(), ": " + paint(colour, level + " " + problem.code()));
        lines[2] = lines[2].replaceFirst("\\^+", paint(colour, "$0"));
        if (lines.length > 3) {
            lines[3] = lines[3].replaceFirst("help:", paint(CYAN, "help:"));
        }
        return String.join("\n", lines);
    }

    private String paint(String colour, String word) {
        return colours ? colour + word + PLAIN : word;
    }

    String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode files = root.putArray("files");
        loaded.files().forEach(file -> files.addObject()
                .put("file", file.name())
                .put("rules", file.ruleCount())
                .put("groups", file.groups()));
        ArrayNode problems = root.putArray("problems");
        for (Problem problem : loaded.problems()) {
            ObjectNode node = problems.addObject()
                    .put("file", problem.position().file())
                    .put("line", problem.position().line())
                    .put("column", problem.position().column())
                    .put("endColumn", problem.position().column() + problem.span())
                    .put("level", problem.level().word())
                    .put("code", problem.code());
            problem.rule().ifPresent(rule -> node.put("rule", rule));
            problem.field().ifPresent(field -> node.put("field", field));
            node.put("message", problem.message());
            if (!problem.help().isEmpty()) {
                node.put("help", problem.help());
            }
        }
        root.put("ok", loaded.rules().isPresent());
        root.put("rules", ruleCount());
        root.put("errors", loaded.count(Level.ERROR));
        root.put("warnings", loaded.count(Level.WARNING));
        root.put("worstCost", worstCost());
        root.put("costLimit", COST_LIMIT);
        loaded.rules().ifPresent(set -> {
            root.put("revision", set.revision());
            root.put("fields", set.fields().size());
            root.put("windows", windows(set));
            root.put("stateBytesPerDevice", stateBytes(set));
        });
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers", impossible);
        }
    }

    private long stateBytes(RuleSet set) {
        long histories = set.fields().histories().histories().stream()
                .mapToLong(history -> history.kind().bytes(history.size()))
                .sum();
        return DEVICE_BYTES + (long) set.fields().size() * FIELD_BYTES + (long) ruleCount() * RULE_BYTES + histories;
    }

    /** A window is an expression and a time or a number of samples, whatever functions read it. */
    private static long windows(RuleSet set) {
        return set.fields().histories().histories().stream()
                .filter(history -> history.size() > 0)
                .map(history -> history.size() + " " + history.what())
                .distinct()
                .count();
    }

    private int ruleCount() {
        return loaded.files().stream().mapToInt(FileResult::ruleCount).sum();
    }

    private int worstCost() {
        return loaded.files().stream().mapToInt(FileResult::worstCost).max().orElse(0);
    }

    private static String counted(long count, String word) {
        return String.format(Locale.ROOT, "%,d %s%s", count, word, count == 1 ? "" : "s");
    }
}
