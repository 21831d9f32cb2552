package io.millrace.rules.language;

import java.util.Set;
import java.util.TreeSet;

/** The words of a rule, by the part of its hash that they belong to. */
final class RuleWords {

    private RuleWords() {}

    static final Set<String> TIMING = union(
            Set.of("for", "for_samples", "keep_firing_for", "cooldown", "repeat_interval", "stale_after", "max_age"),
            ConductReader.TIMING);
    static final Set<String> TEXTS = Set.of("labels", "annotations");
    static final Set<String> ACTIONS = union(Set.of("send", "on_firing", "on_resolved"), ConductReader.ACTIONS);
    static final Set<String> CONDITION = Set.of(
            "expr",
            "resolve_expr",
            "absent_for",
            "levels",
            "vars",
            "trigger",
            "missing",
            "initial",
            "devices",
            "enabled",
            "dry_run",
            "rollout",
            "on_removed",
            "active_time_intervals",
            "mute_time_intervals",
            "schedule",
            "time_zone",
            "inhibited_by");
    /** Words that may also stand in {@code defaults}. */
    static final Set<String> SHARED = union(TIMING, TEXTS, ACTIONS, CONDITION);

    static final Set<String> WORDS = union(SHARED, Set.of("rule", "alert", "renamed_from"));
    static final Set<String> KINDS = Set.of("rule", "alert", "record");
    static final Set<String> LATER = Set.of("by");
    /** Whatever may stand in an item of {@code rules} that is no record. */
    static final Set<String> ALL = union(WORDS, KINDS);

    @SafeVarargs
    private static Set<String> union(Set<String>... sets) {
        Set<String> all = new TreeSet<>();
        for (Set<String> set : sets) {
            all.addAll(set);
        }
        return Set.copyOf(all);
    }
}
