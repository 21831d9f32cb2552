package io.millrace.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says what a fleet has measured: as a text of a few lines, as one line while it runs. Pure. */
public final class SimulatorReport {
    private SimulatorReport() {}

    /** Every line of counters is a sum that can be checked. */
    public static String text(SimulatorStats stats) {
        SimulatorStats.Connects connects = stats.connects();
        SimulatorStats.Publishes publishes = stats.publishes();
        SimulatorStats.Commands commands = stats.commands();
        SimulatorStats.Reactions reactions = stats.reactions();
        long failed =
                connects.failed().values().stream().mapToLong(Long::longValue).sum();
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%,d simulated devices, %s s: %s readings/s, %s commands/s",
                stats.devices(),
                rate(stats.elapsed().toMillis() / 1000.0),
                rate(perSecond(publishes.readings(), stats.elapsed())),
                rate(perSecond(commands.received(), stats.elapsed()))));
        lines.add(format(
                "  connects     %,d tried = %,d accepted + %,d failed + %,d under way",
                connects.tries(), connects.accepted(), failed, connects.underWay()));
        for (ConnectFailure failure : ConnectFailure.values()) {
            if (connects.failed().containsKey(failure)) {
                lines.add(format("               %,d %s", connects.failed().get(failure), failure.text()));
            }
        }
        lines.add(format(
                "  connections  %,d accepted = %,d open + %,d lost + %,d closed by the simulator; %,d reconnects",
                connects.accepted(), connects.open(), connects.lost(), connects.left(), connects.reconnects()));
        for (ConnectionEnd end : ConnectionEnd.values()) {
            if (connects.lostBecause().containsKey(end)) {
                lines.add(format("               %,d %s", connects.lostBecause().get(end), end.text()));
            }
        }
        if (connects.subscriptionsRefused() > 0) {
            lines.add(format("               %,d subscriptions refused", connects.subscriptionsRefused()));
        }
        lines.add(format(
                "  published    %,d = %,d readings + %,d responses; %,d readings skipped",
                publishes.readings() + publishes.responses(),
                publishes.readings(),
                publishes.responses(),
                publishes.skipped()));
        if (publishes.missed() > 0) {
            lines.add(format(
                    "               %,d readings missed: the simulator was too busy, the load was less than asked for",
                    publishes.missed()));
        }
        if (publishes.published() > 0) {
            lines.add(format(
                    "  QoS 1 and 2  %,d = %,d acknowledged + %,d forgotten + %s%,d in flight; %,d sent again",
                    publishes.published(),
                    publishes.acknowledged(),
                    publishes.forgotten(),
                    publishes.rejected() > 0 ? format("%,d rejected + ", publishes.rejected()) : "",
                    publishes.inFlight(),
                    publishes.resent()));
            lines.add("  PUBACK       " + latency(publishes.acknowledgement()));
        }
        lines.add(format(
                "  commands     %,d = %s; %,d without effect, %,d redelivered",
                commands.received(), byCommand(commands), commands.withoutEffect(), commands.redelivered()));
        lines.add(format(
                "  crossings    %,d = %,d answered + %,d unanswered + %,d awaited (above 30 °C, below 27 °C)",
                reactions.crossings(), reactions.answered(), reactions.unanswered(), reactions.awaited()));
        lines.add("  reaction     " + latency(reactions.reaction()));
        return String.join(System.lineSeparator(), lines);
    }

    /** The run with what Kafka has of it and what it cost here. */
    static String text(Outcome outcome) {
        List<String> lines = new ArrayList<>();
        lines.add(text(outcome.stats()));
        outcome.findings().ifPresent(findings -> {
            lines.add(format(
                    "  Kafka        %,d records; of %,d acknowledged readings %,d lost%s",
                    findings.records(),
                    findings.promised(),
                    findings.lost(),
                    findings.lost() > 0 ? " (" + String.join(", ", findings.examples()) + ")" : ""));
            lines.add(format(
                    "               %,d duplicated, %,d reordered; of %,d without an acknowledgement %,d missing",
                    findings.duplicated(), findings.reordered(), findings.unpromised(), findings.unpromisedMissing()));
            if (findings.unreadable() > 0) {
                lines.add(format("               %,d records without a message id", findings.unreadable()));
            }
            if (!findings.complete()) {
                lines.add("               not all of it was read in time: what seems lost may be there");
            }
        });
        lines.add(format(
                "  simulator    %s s of processor time, %s µs a message with all connects",
                rate(outcome.cpuMicros() / 1e6), rate(outcome.cpuMicrosPerMessage())));
        return String.join(System.lineSeparator(), lines);
    }

    /** One line for a terminal; rates are those since `before`. */
    public static String progress(SimulatorStats before, SimulatorStats now) {
        Duration passed = now.elapsed().minus(before.elapsed());
        return format(
                "%,d/%,d connected · %s readings/s · PUBACK p99 %s ms · %s commands/s · reaction p50 %s p99 %s ms",
                now.connects().open(),
                now.devices(),
                rate(perSecond(now.publishes().readings() - before.publishes().readings(), passed)),
                rate(now.publishes().acknowledgement().p99()),
                rate(perSecond(now.commands().received() - before.commands().received(), passed)),
                rate(now.reactions().reaction().p50()),
                rate(now.reactions().reaction().p99()));
    }

    private static String byCommand(SimulatorStats.Commands commands) {
        List<String> parts = new ArrayList<>();
        for (DeviceCommand command : DeviceCommand.values()) {
            long number = commands.byCommand().getOrDefault(command, 0L);
            if (number > 0) {
                parts.add(format("%,d %s", number, command == DeviceCommand.OTHER ? "other" : command.name()));
            }
        }
        return parts.isEmpty() ? "none" : String.join(" + ", parts);
    }

    private static String latency(Latency latency) {
        if (latency.count() == 0) {
            return "not measured";
        }
        return format(
                "p50 %s ms, p90 %s ms, p99 %s ms, max %s ms of %,d",
                rate(latency.p50()), rate(latency.p90()), rate(latency.p99()), rate(latency.max()), latency.count());
    }

    private static double perSecond(long number, Duration time) {
        return time.isZero() ? 0 : number / (time.toNanos() / 1e9);
    }

    /** Two digits of a small number, none behind the point of a large one. */
    static String rate(double value) {
        return value >= 100 ? format("%,.0f", value) : value >= 10 ? format("%.1f", value) : format("%.2f", value);
    }

    static String number(long value) {
        return format("%,d", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
