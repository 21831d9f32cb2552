package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/architecture.md says which test shows what must hold: they are there. */
class WhatMustHoldTest {
    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*(?:IT|Test))[`.]");
    private static final Pattern METHOD = Pattern.compile("`(?:[A-Z]\\w*)?\\.?([a-z]\\w{25,})`");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "architecture.md"));
        String table = page.substring(page.indexOf("Which test shows it"), page.indexOf("## Scale"));
        String tests = tests();
        assertThat(named(CLASS, table)).hasSizeGreaterThan(15).allMatch(name -> tests.contains("class " + name + " "));
        assertThat(named(METHOD, table)).hasSizeGreaterThan(20).allMatch(name -> tests.contains("void " + name + "("));
    }

    private static List<String> named(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static String tests() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(WhatMustHoldTest::sources)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static Stream<String> sources(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(WhatMustHoldTest::read)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
