package io.millrace.rules.model;

/**
 * A hash of each part of a rule as written (defaults included), so that an edit touches only the state that it must: texts and
 * actions none, timing the deadlines, condition the instances. Texts: labels, annotations; timing: the durations of {@link Timing};
 * actions: what is sent; condition: all else.
 */
public record Fingerprints(String condition, String timing, String actions, String texts) {}
