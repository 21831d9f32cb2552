package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.rules.cli.RuleArguments.Unusable;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** How commands answer: the result to the output, what hindered them to the error output with its exit code. */
final class Answer {

    private Answer() {}

    /** For people or for programs. */
    enum Format {
        text,
        json
    }

    /** Finds the answer. */
    @FunctionalInterface
    interface Question {
        String answer() throws Unusable;
    }

    /** Prints what comes of it; 0, or the exit code of what hindered it. */
    static int to(CommandSpec spec, Question question) {
        try {
            String answer = question.answer();
            PrintWriter out = spec.commandLine().getOut();
            out.println(answer.stripTrailing());
            out.flush();
            return 0;
        } catch (Unusable hindered) {
            PrintWriter err = spec.commandLine().getErr();
            String message = String.valueOf(hindered.getMessage());
            err.println(message.contains("\n") ? message : "rules " + spec.name() + ": " + message);
            err.flush();
            return hindered.exitCode();
        }
    }

    static String pretty(JsonNode node) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers", impossible);
        }
    }
}
