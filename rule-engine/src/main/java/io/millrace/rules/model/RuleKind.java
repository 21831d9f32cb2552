package io.millrace.rules.model;

/** What a rule produces. ({@code record}, a derived field, will join them.) */
public enum RuleKind {
    /** Actions only. */
    RULE,
    /** Alert events, and actions if it has any. */
    ALERT
}
