package io.millrace.rules.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace rules schema}: the JSON Schema with which editors complete and check rule files. */
@Command(
        name = "schema",
        description = {
            "Prints the JSON Schema of rule files, for editors.",
            "In a rule file: # yaml-language-server: $schema=rules.schema.json"
        })
public final class SchemaCommand implements Callable<Integer> {

    private static final String SCHEMA = "/io/millrace/schemas/rules.schema.json";

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            try (InputStream file = Objects.requireNonNull(SchemaCommand.class.getResourceAsStream(SCHEMA))) {
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
    }
}
