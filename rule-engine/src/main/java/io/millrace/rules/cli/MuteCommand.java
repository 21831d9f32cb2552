package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.RuleId;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.RuleControl;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace rules mute}: a rule goes on, but does and tells nothing for a while. */
@Command(
        name = "mute",
        description = {
            "Mutes a running rule on all engines: its state goes on, its actions and alerts are withheld, as by mute_time_intervals.",
            "What still fires when the mute ends acts then, once. A second mute takes the place of the first."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:muted", "1:Kafka does not answer, or has no rules", "2:wrong usage, or an unknown rule"})
public final class MuteCommand implements Callable<Integer> {

    @Mixin
    private final Spokesman spokesman = new Spokesman();

    @ArgGroup
    private @Nullable End end;

    /** One of two. */
    static final class End {
        @Option(names = "--for", paramLabel = "DURATION", description = "How long, at most 30d; default 1h.")
        private @Nullable String duration;

        @Option(names = "--until", paramLabel = "TIME", description = "RFC 3339, 2026-11-22T18:00:00Z.")
        private @Nullable String until;
    }

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            Spokesman.Said said = spokesman.say(this::word);
            Instant from = said.from();
            return "%s/%s is muted from %s until %s"
                    .formatted(
                            said.word().group(),
                            said.word().rule(),
                            from.truncatedTo(ChronoUnit.SECONDS),
                            said.word().end(from).truncatedTo(ChronoUnit.SECONDS));
        });
    }

    private RuleControl word(RuleId rule, String by, String reason) throws Unusable {
        if (end != null && end.until != null) {
            return RuleControl.muteUntil(rule.group(), rule.name(), time(end.until), by, reason);
        }
        Duration lasting = end == null || end.duration == null ? RuleControl.DEFAULT_MUTE : duration(end.duration);
        return RuleControl.mute(rule.group(), rule.name(), lasting, by, reason);
    }

    private static Duration duration(String written) throws Unusable {
        return Durations.parse(written)
                .filter(duration -> !duration.isZero() && duration.compareTo(RuleControl.LONGEST_MUTE) <= 0)
                .orElseThrow(() -> new Unusable(
                        ExitCode.WRONG_USAGE,
                        "--for " + written + " (expected a duration of at most 30d, like 2h or 1h30m)"));
    }

    private static Instant time(String written) throws Unusable {
        Instant now = Instant.now();
        try {
            Instant until = OffsetDateTime.parse(written).toInstant();
            if (until.isAfter(now) && !until.isAfter(now.plus(RuleControl.LONGEST_MUTE))) {
                return until;
            }
        } catch (DateTimeException wrong) {
            throw new Unusable(
                    ExitCode.WRONG_USAGE, "--until " + written + " is not a time (write 2026-11-22T18:00:00Z)");
        }
        throw new Unusable(ExitCode.WRONG_USAGE, "--until " + written + " (expected a time within the next 30 days)");
    }
}
