package io.millrace.rules.cli;

import io.millrace.schemas.RuleControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace rules unmute}: a muted rule acts and tells again. */
@Command(
        name = "unmute",
        description =
                "Ends the mute of a running rule on all engines before its time. What still fires acts then, once.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:unmuted", "1:Kafka does not answer, or has no rules", "2:wrong usage, or an unknown rule"})
public final class UnmuteCommand implements Callable<Integer> {

    @Mixin
    private final Spokesman spokesman = new Spokesman();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> spokesman
                .say((rule, by, reason) -> RuleControl.unmute(rule.group(), rule.name(), by, reason))
                .tell("is not muted any more"));
    }
}
