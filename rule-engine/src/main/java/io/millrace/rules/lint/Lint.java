package io.millrace.rules.lint;

import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All warnings about the rules of one file that need more than one expression to be seen; then those are dropped that the file silences. */
public final class Lint {

    /** Every warning that can be silenced. */
    static final Set<String> CODES =
            new TreeSet<>(List.of("W301", "W302", "W303", "W304", "W305", "W306", "W307", "W308"));

    private static final List<Suspicion> SUSPICIONS = List.of(
            new Loops(),
            new Conflicts(),
            new Overlap(),
            new Constancy(),
            new Selections(),
            new ShortHolds(),
            new Noise());

    private Lint() {}

    /** Where a rule stands: its first line and its last. */
    public record Place(int first, int last) {

        boolean holds(int line) {
            return line >= first && line <= last;
        }
    }

    /** {@code places} are those of all rules of the file, good or bad. */
    public static void look(Suspects suspects, SourceText source, List<Place> places, Problems problems) {
        Warnings warnings = new Warnings(problems);
        SUSPICIONS.forEach(suspicion -> suspicion.look(suspects, warnings));
        new Silenced(source, places, problems).apply();
    }
}
