package io.millrace.rules.model;

/** What a rule is called: its state follows this name from one rule set to the next. */
public record RuleId(String group, String name) implements Comparable<RuleId> {

    @Override
    public int compareTo(RuleId other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return group + "/" + name;
    }
}
