package io.millrace.commands.life;

import static io.millrace.schemas.CommandStatus.DELIVERED;
import static io.millrace.schemas.CommandStatus.EXPIRED;
import static io.millrace.schemas.CommandStatus.FAILED;
import static io.millrace.schemas.CommandStatus.QUEUED;
import static io.millrace.schemas.CommandStatus.SENT;
import static io.millrace.schemas.CommandStatus.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.CommandStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/commands.md says what the code does: every signal in every state. */
class CommandTableTest {
    private static final Path PAGE = Path.of("..", "docs", "commands.md");
    private static final String HEAD = "| what happens |";
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");
    private static final long EPOCH = 4711;
    private static final int ATTEMPT = 2;
    private static final Terms RETRY = new Terms(
            new Retry(3, Duration.ofSeconds(10), EnumSet.allOf(Retry.Cause.class)), Optional.of(Duration.ofSeconds(5)));

    /** A line of the table. */
    private record Line(List<Signal> signals, Terms terms, boolean over) {
        static Line of(Signal... signals) {
            return new Line(List.of(signals), Terms.NONE, false);
        }

        Line withRetry() {
            return new Line(signals, RETRY, over);
        }

        Line timeOver() {
            return new Line(signals, terms, true);
        }
    }

    private static Map<String, Line> lines() {
        Signal[] backToTheQueue = {
            undelivered(UndeliveredReason.SESSION_GONE),
            undelivered(UndeliveredReason.SESSION_LOST),
            undelivered(UndeliveredReason.NOT_SUBSCRIBED)
        };
        Map<String, Line> lines = new LinkedHashMap<>();
        lines.put("`sent`: its turn has come", Line.of(new Signal.Dispatched(EPOCH + 1, NOW)));
        lines.put(
                "`sent`, time over",
                Line.of(new Signal.Dispatched(EPOCH + 1, NOW)).timeOver());
        lines.put("`delivered`: PUBACK of this attempt", Line.of(new Signal.Delivered(EPOCH, ATTEMPT, NOW)));
        lines.put("`delivered`, of an earlier attempt", Line.of(new Signal.Delivered(EPOCH - 9, ATTEMPT - 1, NOW)));
        lines.put("`unconfirmed`: this attempt went by QoS 0", Line.of(new Signal.Unconfirmed(EPOCH, ATTEMPT, NOW)));
        lines.put("`undelivered`: session-gone, session-lost, not-subscribed", Line.of(backToTheQueue));
        lines.put("the same, time over", Line.of(backToTheQueue).timeOver());
        lines.put("`undelivered`: expired", Line.of(undelivered(UndeliveredReason.EXPIRED)));
        lines.put("`undelivered`: too-large", Line.of(undelivered(UndeliveredReason.TOO_LARGE)));
        lines.put("`undelivered`: refused-by-device", Line.of(undelivered(UndeliveredReason.REFUSED_BY_DEVICE)));
        lines.put(
                "the same, retries left",
                Line.of(undelivered(UndeliveredReason.REFUSED_BY_DEVICE)).withRetry());
        lines.put(
                "`unconfirmed`, `undelivered` of an earlier attempt",
                new Line(ofAnEarlierAttempt(), Terms.NONE, false));
        lines.put("`responded`: succeeded", Line.of(responded(true)));
        lines.put("`responded`: failed", Line.of(responded(false)));
        lines.put("`responded`: failed, retries left", Line.of(responded(false)).withRetry());
        lines.put("`answer-overdue`", Line.of(new Signal.AnswerOverdue(ATTEMPT, NOW)));
        lines.put(
                "`answer-overdue`, retries left",
                Line.of(new Signal.AnswerOverdue(ATTEMPT, NOW)).withRetry());
        lines.put(
                "`session-ended`: this one or a later one",
                Line.of(new Signal.SessionEnded(EPOCH, NOW), new Signal.SessionEnded(EPOCH + 5, NOW)));
        lines.put(
                "`session-ended`, time over",
                Line.of(new Signal.SessionEnded(EPOCH, NOW)).timeOver());
        lines.put("`dispatch-lost`: nothing was heard of this attempt", Line.of(new Signal.DispatchLost(ATTEMPT, NOW)));
        lines.put(
                "`dispatch-lost`, time over",
                Line.of(new Signal.DispatchLost(ATTEMPT, NOW)).timeOver());
        lines.put(
                "`answer-overdue`, `session-ended`, `dispatch-lost` of an earlier one",
                Line.of(
                        new Signal.AnswerOverdue(ATTEMPT - 1, NOW),
                        new Signal.SessionEnded(EPOCH - 1, NOW),
                        new Signal.DispatchLost(ATTEMPT - 1, NOW)));
        lines.put("`expired`: time over", Line.of(new Signal.TimePassed(NOW)).timeOver());
        lines.put("`cancelled` by a person", Line.of(new Signal.Cancelled("ada", NOW)));
        lines.put(
                "`rejected`: device unknown, disabled or deleted",
                Line.of(
                        new Signal.DeviceRefused("device-disabled", NOW),
                        new Signal.DeviceRefused("device-deleted", NOW),
                        new Signal.DeviceRefused("unknown-device", NOW)));
        return lines;
    }

    /** The columns: in which states a command may be. */
    private static Map<String, List<CommandState>> columns(Line line) {
        Instant expires = line.over() ? NOW : NOW.plusSeconds(60);
        Map<String, List<CommandState>> columns = new LinkedHashMap<>();
        columns.put(
                "queued, new",
                List.of(new CommandState(
                        QUEUED, 0, CommandState.NO_EPOCH, expires, line.terms(), 0, 0, Optional.empty())));
        columns.put("queued again", List.of(in(QUEUED, expires, line.terms(), 0)));
        columns.put("queued for a retry", List.of(in(QUEUED, expires, line.terms(), ATTEMPT)));
        columns.put("sent", List.of(in(SENT, expires, line.terms(), 0)));
        columns.put("delivered", List.of(in(DELIVERED, expires, line.terms(), 0)));
        columns.put(
                "succeeded, failed",
                List.of(in(SUCCEEDED, expires, line.terms(), 0), in(FAILED, expires, line.terms(), 0)));
        columns.put(
                "other ends",
                Stream.of(EXPIRED, CommandStatus.CANCELLED, CommandStatus.REJECTED, CommandStatus.UNCONFIRMED)
                        .map(status -> in(status, expires, line.terms(), 0))
                        .toList());
        return columns;
    }

    @Test
    void theTableOfThePageIsWhatTheCodeDoes() throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        int head = page.indexOf(page.stream()
                .filter(text -> text.startsWith(HEAD))
                .findFirst()
                .orElseThrow(() -> new AssertionError(PAGE + " has no table that begins with " + HEAD)));
        List<String> there =
                page.stream().skip(head).takeWhile(text -> text.startsWith("|")).toList();

        assertThat(String.join("\n", there)).isEqualTo(String.join("\n", table()));
    }

    @Test
    void theTableHasEverySignalAndEveryStatus() {
        Set<Class<?>> signals = lines().values().stream()
                .flatMap(line -> line.signals().stream())
                .map(Object::getClass)
                .collect(Collectors.toSet());
        Set<CommandStatus> statuses = columns(Line.of()).values().stream()
                .flatMap(List::stream)
                .map(CommandState::status)
                .collect(Collectors.toSet());

        assertThat(signals).containsExactlyInAnyOrder(Signal.class.getPermittedSubclasses());
        assertThat(statuses).containsExactlyInAnyOrder(CommandStatus.values());
    }

    private static List<String> table() {
        List<String> rows = new ArrayList<>();
        List<String> names = new ArrayList<>(columns(Line.of()).keySet());
        rows.add(HEAD + " " + String.join(" | ", names) + " |");
        rows.add("|" + "---|".repeat(names.size() + 1));
        lines().forEach((name, line) -> rows.add("| " + name + " | "
                + columns(line).values().stream()
                        .map(states -> cell(line, states))
                        .collect(Collectors.joining(" | "))
                + " |"));
        return rows;
    }

    /** The same for all signals of the line in all states of the column. */
    private static String cell(Line line, List<CommandState> states) {
        Set<String> outcomes = states.stream()
                .flatMap(state -> line.signals().stream().map(signal -> outcome(CommandLife.next(state, signal, NOW))))
                .collect(Collectors.toSet());
        assertThat(outcomes).as(line + " in " + states).hasSize(1);
        return outcomes.iterator().next();
    }

    private static String outcome(Step step) {
        if (!step.noted()) {
            return "–";
        } else if (!step.changed()) {
            return "noted";
        }
        String status = "**" + step.after().status().text() + "**";
        return step.notBefore().isPresent() ? status + " for a retry" : status;
    }

    private static CommandState in(CommandStatus status, Instant expires, Terms terms, int failedAttempt) {
        return new CommandState(status, ATTEMPT, EPOCH, expires, terms, 1, failedAttempt, Optional.empty());
    }

    private static Signal undelivered(UndeliveredReason reason) {
        return new Signal.Undelivered(EPOCH, ATTEMPT, reason, NOW);
    }

    private static List<Signal> ofAnEarlierAttempt() {
        List<Signal> signals = new ArrayList<>();
        signals.add(new Signal.Unconfirmed(EPOCH - 9, ATTEMPT - 1, NOW));
        for (UndeliveredReason reason : UndeliveredReason.values()) {
            signals.add(new Signal.Undelivered(EPOCH - 9, ATTEMPT - 1, reason, NOW));
        }
        return signals;
    }

    private static Signal responded(boolean succeeded) {
        return new Signal.Responded(succeeded, Optional.empty(), Optional.empty(), NOW);
    }
}
