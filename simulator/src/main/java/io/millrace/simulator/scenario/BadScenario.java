package io.millrace.simulator.scenario;

import java.util.List;

/** A scenario that cannot be run; the message has a line for each problem, with file, line and column. */
public final class BadScenario extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    BadScenario(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
