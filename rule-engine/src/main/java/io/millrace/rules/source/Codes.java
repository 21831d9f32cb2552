package io.millrace.rules.source;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What each code of a problem means. A code keeps its meaning for ever. */
public final class Codes {

    private static final Map<String, String> TITLES = new TreeMap<>(Map.ofEntries(
            Map.entry("E100", "The file is not YAML"),
            Map.entry("E101", "YAML reads the expression as a tag"),
            Map.entry("E102", "YAML ends the expression early"),
            Map.entry("E103", "Unknown key"),
            Map.entry("E104", "Key or name is there twice"),
            Map.entry("E105", "A rule needs exactly one of rule, alert and record"),
            Map.entry("E106", "The rule does nothing"),
            Map.entry("E107", "A required key is missing"),
            Map.entry("E108", "Wrong type or word"),
            Map.entry("E109", "Not a name"),
            Map.entry("E110", "Not a duration"),
            Map.entry("E111", "Unknown time, zone, interval or pattern"),
            Map.entry("E112", "The language version is newer than the engine"),
            Map.entry("E113", "Not an action"),
            Map.entry("E114", "Two words that exclude each other"),
            Map.entry("E201", "Unknown field or function"),
            Map.entry("E202", "Compares true or false with something else"),
            Map.entry("E203", "Not a condition"),
            Map.entry("E204", "Compares values of different types"),
            Map.entry("E205", "Syntax of an expression"),
            Map.entry("E206", "Wrong argument of a function"),
            Map.entry("E207", "Group function without by, or the reverse"),
            Map.entry("E208", "The expression costs too much"),
            Map.entry("E209", "Reserved for later"),
            Map.entry("E210", "Syntax of a template"),
            Map.entry("E211", "Unknown command"),
            Map.entry("E301", "A test names a rule file that is not there"),
            Map.entry("E302", "A test names a rule that no file has"),
            Map.entry("W301", "Commands cause each other"),
            Map.entry("W302", "Two rules drive one field to different values"),
            Map.entry("W303", "resolve_expr overlaps expr"),
            Map.entry("W304", "Never or always true"),
            Map.entry("W305", "No such device, or a field that none of them sends"),
            Map.entry("W306", "Holds for less than the time between two messages"),
            Map.entry("W307", "Compares a fractional number exactly"),
            Map.entry("W308", "Flips with the noise of a field"),
            Map.entry("W309", "Silences nothing")));

    private Codes() {}

    /** By code, in order. */
    public static Map<String, String> titles() {
        return Collections.unmodifiableMap(TITLES);
    }
}
