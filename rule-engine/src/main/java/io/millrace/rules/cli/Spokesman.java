package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.distribution.RuleDesk;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleSetRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands have in common that say something about a running rule: which one, who says so and why. */
final class Spokesman {

    @Parameters(paramLabel = "RULE", description = "The rule's name, or group/name.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept with who and when.")
    private String reason = "";

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; default the user of this machine.")
    private String by = System.getProperty("user.name", "unknown");

    @Mixin
    private final Brokers brokers = new Brokers();

    /** Makes the word. */
    @FunctionalInterface
    interface Wording {
        RuleControl of(RuleId rule, String by, String reason) throws Unusable;
    }

    /** Something that was said. */
    record Said(RuleControl word, Instant from) {
        /** The rule, what has become of it, and from when on. */
        String tell(String become) {
            return "%s/%s %s from %s on"
                    .formatted(word.group(), word.rule(), become, from.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    Said say(Wording wording) throws Unusable {
        RuleDesk desk = brokers.desk();
        try {
            RuleId rule = NamedRule.find(running(desk), name);
            RuleControl word;
            try {
                word = wording.of(rule, by, reason);
            } catch (IllegalArgumentException wrong) {
                throw new Unusable(ExitCode.WRONG_USAGE, String.valueOf(wrong.getMessage()));
            }
            return new Said(word, desk.say(word));
        } catch (IOException away) {
            throw new Unusable(ExitCode.FAILED, String.valueOf(away.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unusable(ExitCode.FAILED, "interrupted");
        }
    }

    private static RuleSet running(RuleDesk desk) throws IOException, Unusable {
        RuleSetRecord set = desk.inForce()
                .orElseThrow(() -> new Unusable(ExitCode.FAILED, "no rules have ever been in force there"));
        return RuleFiles.compile(set.files().stream()
                        .map(file -> new SourceText(file.name(), file.text()))
                        .toList())
                .rules()
                .orElseThrow(() -> new Unusable(
                        ExitCode.FAILED, "the rules in force are of another version, which this one cannot read"));
    }
}
