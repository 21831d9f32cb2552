package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.comparison.RuleDifference;
import io.millrace.rules.distribution.RuleDesk;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.RuleSetRecord;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rules apply}: puts checked rule files in force on all engines. */
@Command(
        name = "apply",
        description = {
            "Puts rule files in force on all engines, all or nothing, and says what changes, as diff does.",
            "Asks first where somebody sits at a terminal.",
            "For engines with rules.from-topic-only. Engines with files of their own (rules.path) put those in force again",
            "when they are edited, with rules.settle: 0s also when they start."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:in force, or was already",
            "1:rule files with errors, refused, or Kafka does not answer",
            "2:wrong usage, or a path that cannot be read"
        })
public final class ApplyCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Rule files, and directories of *.rules.yaml, *.yaml or *.yml: all the rules there are to be.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Option(names = "--dry-run", description = "Only say what would change.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--force",
            description = "Even if the rules in force come from an engine's own files, or cannot be compared.")
    private boolean force;

    @Option(names = "--by", paramLabel = "NAME", description = "Who does it; default the user of this machine.")
    private String by = System.getProperty("user.name", "unknown");

    @Mixin
    private final Brokers brokers = new Brokers();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            try {
                return apply(brokers.desk());
            } catch (IOException away) {
                throw new Unusable(ExitCode.FAILED, String.valueOf(away.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unusable(ExitCode.FAILED, "interrupted");
            }
        });
    }

    private String apply(RuleDesk desk) throws Unusable, IOException, InterruptedException {
        List<SourceText> sources = RuleArguments.read(paths);
        RuleSet next = RuleArguments.compile(sources);
        List<RuleSetRecord.File> files =
                sources.stream().map(ApplyCommand::file).toList();
        Optional<RuleSetRecord> before = desk.inForce();
        RuleSetRecord wanted = before.map(now -> now.followedBy(next.revision(), files, Instant.now(), by))
                .orElseGet(() -> RuleSetRecord.first(next.revision(), files, Instant.now(), by))
                .applied();
        if (before.isPresent() && before.get().digest().equals(wanted.digest())) {
            return "these files are in force already, revision " + next.revision();
        }
        String changes = changes(before, next);
        if (dryRun) {
            return changes;
        }
        if (before.isPresent() && before.get().origin() == RuleSetRecord.Origin.ENGINE && !force) {
            throw new Unusable(
                    ExitCode.FAILED,
                    "the rules in force come from the files of engine "
                            + before.get().by()
                            + ", which puts them back when they change: edit those, or set rules.from-topic-only there;"
                            + " --force takes over nevertheless");
        }
        confirm(changes);
        desk.put(wanted);
        return (asks() ? "" : changes + System.lineSeparator()) + "in force: revision " + next.revision();
    }

    /** Engines know them by these names alone. */
    private static RuleSetRecord.File file(SourceText source) {
        return new RuleSetRecord.File(source.name().substring(source.name().lastIndexOf('/') + 1), source.text());
    }

    private String changes(Optional<RuleSetRecord> before, RuleSet next) throws Unusable {
        List<Rule> rules = List.of();
        if (before.isPresent()) {
            RuleFiles.Loaded loaded = RuleFiles.compile(before.get().files().stream()
                    .map(file -> new SourceText(file.name(), file.text()))
                    .toList());
            if (loaded.rules().isEmpty() && !force) {
                throw new Unusable(
                        ExitCode.FAILED,
                        "the rules in force are of another version, which this one cannot read (--force replaces them)");
            }
            rules = loaded.rules().map(RuleSet::rules).orElse(List.of());
        }
        return DiffCommand.text(
                RuleDifference.between(rules, next.rules(), UnaryOperator.identity()),
                next.rules().size());
    }

    private boolean asks() {
        return !yes && System.console() != null && answer.coloured();
    }

    private void confirm(String changes) throws Unusable {
        Console console = System.console();
        if (!asks() || console == null) {
            return;
        }
        String said = console.readLine("%s%nPut these rules in force? [y/N] ", changes);
        if (said == null || !said.strip().equalsIgnoreCase("y")) {
            throw new Unusable(ExitCode.FAILED, "nothing changed");
        }
    }
}
