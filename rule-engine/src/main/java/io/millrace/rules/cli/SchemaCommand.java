package io.millrace.rules.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace rules schema}: the JSON Schema with which editors complete and check rule files. */
@Command(
        name = "schema",
        description = {
            "Prints the JSON Schema of rule files, for editors.",
            "In a rule file: # yaml-language-server: $schema=rules.schema.json"
        })
public final class SchemaCommand implements Callable<Integer> {

    private static final String SCHEMA = "/io/millrace/schemas/rules.schema.json";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Answer.to(spec, () -> {
            try (InputStream file = Objects.requireNonNull(SchemaCommand.class.getResourceAsStream(SCHEMA))) {
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
    }
}
