package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Rule files as a commit has them, asked of the {@code git} that is installed. */
final class GitFiles {

    private GitFiles() {}

    /** The rule files of a directory, or one file, in that commit. */
    static List<SourceText> at(String commit, Path like) throws Unusable {
        if (commit.isEmpty() || commit.startsWith("-")) {
            throw new Unusable(ExitCode.WRONG_USAGE, "git:" + commit + " names no commit (expected such as git:main)");
        }
        boolean directory = Files.isDirectory(like);
        Path folder = directory ? like : Optional.ofNullable(like.getParent()).orElse(Path.of("."));
        List<String> names = directory
                ? Arrays.stream(git(folder, "ls-tree", "--name-only", commit, "./")
                                .split("\n"))
                        .filter(RuleFiles::isRuleFile)
                        .sorted()
                        .toList()
                : List.of(String.valueOf(like.getFileName()));
        if (names.isEmpty()) {
            throw new Unusable(ExitCode.WRONG_USAGE, "no rule files in " + like + " at git:" + commit);
        }
        List<SourceText> sources = new ArrayList<>();
        for (String name : names) {
            sources.add(new SourceText("git:" + commit + "/" + name, git(folder, "show", commit + ":./" + name)));
        }
        return sources;
    }

    private static String git(Path folder, String... arguments) throws Unusable {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        try {
            Path complaints = Files.createTempFile("millrace-git", ".txt");
            try {
                Process git = new ProcessBuilder(command)
                        .redirectError(complaints.toFile())
                        .start();
                String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (git.waitFor() != 0) {
                    throw new Unusable(
                            ExitCode.WRONG_USAGE,
                            Files.readString(complaints)
                                    .lines()
                                    .findFirst()
                                    .orElse("git failed: " + String.join(" ", command)));
                }
                return output;
            } finally {
                Files.delete(complaints);
            }
        } catch (IOException absent) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot run git: " + absent.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unusable(ExitCode.FAILED, "interrupted");
        }
    }
}
