package io.millrace.rules.check;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.language.RuleFiles.FileResult;

/** What a set that was checked takes. */
public record Footprint(RuleFiles.Loaded loaded) {

    public static final int COST_LIMIT = 10_000;

    /** Upper bounds of what a device's state takes: itself, a last value with its time, an instance of a rule with its times. */
    private static final int DEVICE_BYTES = 128;

    private static final int FIELD_BYTES = 40;
    private static final int RULE_BYTES = 96;

    /** How many are written, good or bad. */
    public int rules() {
        return loaded.files().stream().mapToInt(FileResult::ruleCount).sum();
    }

    /** Of the most expensive expression. */
    public int worstCost() {
        return loaded.files().stream().mapToInt(FileResult::worstCost).max().orElse(0);
    }

    /** For one device; 0 if there are errors. */
    public long stateBytes() {
        return loaded.rules()
                .map(set -> DEVICE_BYTES
                        + (long) set.fields().size() * FIELD_BYTES
                        + (long) rules() * RULE_BYTES
                        + set.fields().histories().histories().stream()
                                .mapToLong(history -> history.kind().bytes(history.size()))
                                .sum())
                .orElse(0L);
    }

    /** A window is an expression and a time or a number of samples, whatever functions read it. */
    public long windows() {
        return loaded.rules().stream()
                .flatMap(set -> set.fields().histories().histories().stream())
                .filter(history -> history.size() > 0)
                .map(history -> history.size() + " " + history.what())
                .distinct()
                .count();
    }
}
