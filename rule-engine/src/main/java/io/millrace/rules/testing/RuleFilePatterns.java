package io.millrace.rules.testing;

import io.millrace.rules.language.RuleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files that an entry of {@code rule_files} names: a file, a directory, or a pattern. */
final class RuleFilePatterns {

    private static final int DEEPEST = 20;

    private RuleFilePatterns() {}

    /** By name; empty if there is none. */
    static List<Path> files(Path base, String written) throws IOException {
        if (!written.contains("*") && !written.contains("?")) {
            Path path = base.resolve(written).normalize();
            return Files.exists(path) ? RuleFiles.files(path) : List.of();
        }
        Path root = base;
        String rest = written;
        while (rest.contains("/") && !rest.substring(0, rest.indexOf('/')).matches(".*[*?].*")) {
            root = root.resolve(rest.substring(0, rest.indexOf('/') + 1));
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        Path from = root.normalize();
        Path start = from.toString().isEmpty() ? Path.of(".") : from;
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        PathMatcher matcher = start.getFileSystem().getPathMatcher("glob:" + rest);
        int depth = rest.contains("**")
                ? DEEPEST
                : (int) rest.chars().filter(c -> c == '/').count() + 1;
        try (Stream<Path> all = Files.walk(start, depth)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> RuleFiles.isRuleFile(String.valueOf(path.getFileName())))
                    .filter(path -> matcher.matches(start.relativize(path)))
                    .map(path -> from.resolve(start.relativize(path)))
                    .sorted()
                    .toList();
        }
    }
}
