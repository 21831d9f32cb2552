package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.registry.DeviceImport.Outcome;
import io.millrace.commands.registry.DeviceImport.Result;
import io.millrace.schemas.PskMaster;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an import answers, as NDJSON: a line for each device that was given a secret or a key, one for each line that failed (of these a
 * bounded number), and at last one with the counts of all. For one upload.
 */
final class ImportReport {
    private static final int MOST_ERRORS = 1_000;

    private final Optional<PskMaster> master;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private Buffer written = Buffer.buffer();
    private long unreadable;
    private long errors;

    ImportReport(Optional<PskMaster> master) {
        this.master = master;
    }

    /** What has come together since the last time. */
    Buffer take() {
        Buffer lines = written;
        written = Buffer.buffer();
        return lines;
    }

    /** A line that says nothing usable. */
    void unreadable(long number, Optional<String> id, Problem problem) {
        unreadable++;
        error(number, id, problem);
    }

    void add(Result result) {
        counts.merge(result.outcome(), 1L, Long::sum);
        long number = result.line().number();
        String id = result.line().entry().id().value();
        switch (result.outcome()) {
            case CREATED, UPDATED -> given(number, id, result);
            case UNCHANGED, SKIPPED -> {}
            case EXISTS -> error(number, Optional.of(id), DeviceFields.taken(id));
            case REFUSED -> error(number, Optional.of(id), problem(result));
        }
    }

    private static Problem problem(Result result) {
        RuntimeException failure = result.failure().orElseThrow();
        return failure instanceof Problem problem
                ? problem
                : Problem.of(400, "invalid-line", String.valueOf(failure.getMessage()));
    }

    private void given(long number, String id, Result result) {
        if (result.secret().isEmpty() && result.pskGeneration().isEmpty()) {
            return;
        }
        ObjectNode line = Answer.object().put("line", number).put("id", id);
        result.secret().ifPresent(secret -> line.put("secret", secret));
        result.pskGeneration()
                .ifPresent(generation -> line.put(
                        "psk",
                        HexFormat.of()
                                .formatHex(master.orElseThrow()
                                        .key(result.line().entry().id(), generation))));
        write(line);
    }

    private void error(long number, Optional<String> id, Problem problem) {
        if (++errors > MOST_ERRORS) {
            return;
        }
        ObjectNode line = Answer.object().put("line", number);
        id.ifPresent(text -> line.put("id", text));
        ObjectNode error = line.putObject("error").put("code", problem.code());
        problem.field().ifPresent(field -> error.put("field", field.name())
                .put("value", field.value())
                .put("expected", field.expected()));
        error.put("detail", problem.detail());
        write(line);
    }

    void end(Duration took) {
        ObjectNode line = Answer.object();
        ObjectNode summary = line.putObject("summary");
        summary.put(
                "lines", unreadable + counts.values().stream().mapToLong(n -> n).sum());
        for (Outcome outcome : new Outcome[] {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SKIPPED}) {
            summary.put(outcome.name().toLowerCase(Locale.ROOT), counts.getOrDefault(outcome, 0L));
        }
        summary.put("failed", errors);
        summary.put("errorsNotShown", Math.max(0, errors - MOST_ERRORS));
        summary.put("seconds", took.toMillis() / 1000.0);
        write(line);
    }

    private void write(ObjectNode line) {
        written.appendBytes(line.toString().getBytes(UTF_8)).appendByte((byte) '\n');
    }
}
