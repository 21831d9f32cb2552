package io.millrace.rules.testing;

import io.millrace.rules.source.SourcePosition;
import java.util.List;

/**
 * What was not as expected.
 *
 * @param message one line, without the time
 * @param story lines that tell how it came to that
 */
public record Failure(SourcePosition position, String when, String message, List<String> story) {

    public Failure {
        story = List.copyOf(story);
    }

    public String headline() {
        return when.isEmpty() ? message : "at " + when + " " + message;
    }
}
