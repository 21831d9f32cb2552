package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.rules.cli.RuleArguments.Unusable;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands have in common: {@code --help}, and how they answer – the result to the output, what hindered them to the error
 * output with its exit code. Mixed into each of them.
 */
final class Answer {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Finds the answer. */
    @FunctionalInterface
    interface Question {
        String answer() throws Unusable;
    }

    /** Prints what comes of it; 0, or the exit code of what hindered it. */
    int to(Question question) {
        try {
            String answer = question.answer();
            PrintWriter out = spec.commandLine().getOut();
            out.println(answer.stripTrailing());
            out.flush();
            return 0;
        } catch (Unusable hindered) {
            PrintWriter err = err();
            String message = String.valueOf(hindered.getMessage());
            err.println(message.contains("\n") ? message : "rules " + spec.name() + ": " + message);
            err.flush();
            return hindered.exitCode();
        }
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    boolean coloured() {
        return spec.commandLine().getColorScheme().ansi().enabled();
    }

    /** How to use the command, to the error output. */
    void usage() {
        spec.commandLine().usage(err());
    }

    static String pretty(JsonNode node) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers", impossible);
        }
    }
}
