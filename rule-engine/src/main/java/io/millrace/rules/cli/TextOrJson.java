package io.millrace.rules.cli;

import picocli.CommandLine.Option;

/** For people or for programs: the {@code --format} of commands that print one of two. */
final class TextOrJson {

    /** Picocli prints the names. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    boolean isJson() {
        return format == Format.json;
    }
}
