package io.millrace.rules.evaluation;

import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;

/** What leaves the engine. The same decision on a replay gives an equal one, ids included. */
public sealed interface Emission {

    record Command(CommandRequest request) implements Emission {}

    record Alert(AlertEvent event) implements Emission {}

    /** What a rule under {@code dry_run} would have emitted. */
    record DryRun(Emission wanted) implements Emission {}

    /** A rule's own record, on a topic that the settings allow; key device id. */
    record Publication(String topic, String deviceId, String value, long time) implements Emission {}
}
