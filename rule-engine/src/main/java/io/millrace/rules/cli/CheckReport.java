package io.millrace.rules.cli;

import io.millrace.rules.check.CheckJson;
import io.millrace.rules.check.Footprint;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.language.RuleFiles.FileResult;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.Problem.Level;
import java.util.Locale;

/** The result of a check, for people and for programs. */
final class CheckReport {

    private static final String RED = "\u001b[31;1m";
    private static final String YELLOW = "\u001b[33;1m";
    private static final String GREEN = "\u001b[32;1m";
    private static final String CYAN = "\u001b[36m";
    private static final String PLAIN = "\u001b[0m";

    private final RuleFiles.Loaded loaded;
    private final Footprint footprint;
    private final boolean colours;

    CheckReport(RuleFiles.Loaded loaded, boolean colours) {
        this.loaded = loaded;
        footprint = new Footprint(loaded);
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
                        counted(footprint.rules(), "rule"),
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
                counted(footprint.windows(), "window"),
                footprint.stateBytes() / 1000.0,
                footprint.worstCost(),
                Footprint.COST_LIMIT);
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
        return Answer.pretty(CheckJson.of(loaded, Integer.MAX_VALUE));
    }

    private static String counted(long count, String word) {
        return String.format(Locale.ROOT, "%,d %s%s", count, word, count == 1 ? "" : "s");
    }
}
