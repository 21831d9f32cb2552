package io.millrace.rules.cel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names that a rule file gives to expressions: its records, and the variables of the rule at hand, which go before them. A name
 * stands for its expression wherever it is used; nothing is evaluated, kept or aged apart. Lives as long as the file is read.
 */
final class Locals {

    private final Map<String, Compiled> records = new HashMap<>();
    private final Map<String, Compiled> variables = new HashMap<>();
    private final Set<String> later = new HashSet<>();

    /** A record of that name stands further down in the file. */
    void announceRecord(String name) {
        later.add(name);
    }

    boolean isLater(String name) {
        return later.contains(name);
    }

    void addRecord(String name, Compiled meaning) {
        later.remove(name);
        records.put(name, meaning);
    }

    void addVariable(String name, Compiled meaning) {
        variables.put(name, meaning);
    }

    void clearVariables() {
        variables.clear();
    }

    boolean hasVariables() {
        return !variables.isEmpty();
    }

    Set<String> names() {
        Set<String> names = new HashSet<>(records.keySet());
        names.addAll(variables.keySet());
        return names;
    }

    Compiled meaning(Name.Local local) {
        Compiled variable = variables.get(local.name());
        Compiled meaning = variable != null ? variable : records.get(local.name());
        if (meaning == null) {
            throw new IllegalStateException("no meaning of " + local);
        }
        return meaning;
    }
}
