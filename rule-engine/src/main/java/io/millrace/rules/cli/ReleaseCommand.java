package io.millrace.rules.cli;

import io.millrace.schemas.RuleControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace rules release}: a rule that the fleet brake holds may act again. */
@Command(
        name = "release",
        description = {
            "Releases a running rule on all engines that is held since it would have acted on too many devices (FleetBrake).",
            "It acts again on what begins to fire from then on; what was held is not made up for. A rule that is not held stays as it is."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:released", "1:Kafka does not answer, or has no rules", "2:wrong usage, or an unknown rule"})
public final class ReleaseCommand implements Callable<Integer> {

    @Mixin
    private final Spokesman spokesman = new Spokesman();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> spokesman
                .say((rule, by, reason) -> RuleControl.release(rule.group(), rule.name(), by, reason))
                .tell("is released"));
    }
}
