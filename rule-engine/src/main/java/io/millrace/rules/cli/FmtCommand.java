package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.layout.RuleLayout;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rules fmt}: the canonical layout, written back to the files. */
@Command(
        name = "fmt",
        description = {
            "Lays rule files out: keys of each rule in one order, no blanks at line ends, no runs of blank lines.",
            "Comments move with the key below them. Quotes and indentation stay as they are; what a file means never changes."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:laid out (under --check: nothing to do)",
            "1:a file is no YAML (under --check: or would change)",
            "2:wrong usage, or a path that cannot be read or written"
        })
public final class FmtCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files, and directories of them.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Option(names = "--check", description = "Writes nothing; names the files that would change.")
    private boolean check;

    @Mixin
    private final Answer answer = new Answer();

    private int changed;

    @Override
    public Integer call() {
        int code = answer.to(() -> {
            try {
                return run();
            } catch (IOException unreadable) {
                throw new Unusable(ExitCode.WRONG_USAGE, "cannot read or write " + Paths.reason(unreadable));
            }
        });
        return code == 0 && check && changed > 0 ? ExitCode.FAILED : code;
    }

    private String run() throws IOException, Unusable {
        RuleArguments.mustHaveFiles(paths);
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            files.addAll(RuleFiles.files(path));
        }
        StringBuilder text = new StringBuilder();
        List<Problem> problems = new ArrayList<>();
        for (Path file : files) {
            SourceText source = RuleFiles.read(file);
            RuleLayout.Result result = RuleLayout.of(source);
            problems.addAll(result.problems());
            if (result.text().isPresent() && !result.text().get().equals(source.text())) {
                changed++;
                text.append(check ? "would change " : "changed ").append(file).append('\n');
                if (!check) {
                    Files.writeString(file, result.text().get());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new Unusable(
                    ExitCode.FAILED,
                    problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
        }
        return text.append("%d of %d %s %s"
                        .formatted(
                                changed,
                                files.size(),
                                files.size() == 1 ? "file" : "files",
                                check ? "would change" : "changed"))
                .toString();
    }
}
