package io.millrace.rules.model;

import io.millrace.rules.expression.Condition;
import java.time.Duration;
import java.util.List;

/**
 * What telemetry must show before the commands of a firing count as done.
 *
 * @param expr true of messages after the command
 * @param within after each attempt
 * @param retries how often all commands are sent again
 * @param onFailure what to do when the last attempt has shown nothing
 */
public record Confirm(Condition expr, Duration within, int retries, List<Action> onFailure) {

    public Confirm {
        onFailure = List.copyOf(onFailure);
    }
}
