package io.millrace.simulator.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong with one file. */
final class Problems {
    private record Problem(int index, String text) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Node at, String what) {
        add(at.getStartMark(), what);
    }

    void add(Optional<Mark> at, String what) {
        String place = at.map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                .orElse("");
        found.add(new Problem(at.map(Mark::getIndex).orElse(0), file + place + ": " + what));
    }

    boolean any() {
        return !found.isEmpty();
    }

    /** In the order of the file. */
    List<String> all() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::index))
                .map(Problem::text)
                .toList();
    }
}
