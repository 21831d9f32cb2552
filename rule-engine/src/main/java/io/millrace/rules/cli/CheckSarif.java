package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Codes;
import io.millrace.rules.source.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** A check as SARIF 2.1.0, for code scanning. */
final class CheckSarif {

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> codes = new ArrayList<>(Codes.titles().keySet());

    private CheckSarif() {}

    static String of(RuleFiles.Loaded loaded) {
        return new CheckSarif().write(loaded);
    }

    private String write(RuleFiles.Loaded loaded) {
        ObjectNode root = mapper.createObjectNode()
                .put("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                .put("version", "2.1.0");
        ObjectNode run = root.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver").put("name", "millrace rules check");
        ArrayNode rules = driver.putArray("rules");
        Codes.titles().forEach((code, title) -> {
            ObjectNode rule = rules.addObject().put("id", code);
            rule.putObject("shortDescription").put("text", title);
            rule.putObject("defaultConfiguration").put("level", code.startsWith("E") ? "error" : "warning");
        });
        run.put("columnKind", "unicodeCodePoints");
        ArrayNode results = run.putArray("results");
        loaded.problems().forEach(problem -> result(results.addObject(), problem));
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers", impossible);
        }
    }

    private void result(ObjectNode result, Problem problem) {
        result.put("ruleId", problem.code())
                .put("ruleIndex", codes.indexOf(problem.code()))
                .put("level", problem.level().word());
        String subject = problem.subject().isEmpty() ? "" : problem.subject().strip() + ": ";
        String help = problem.help().isEmpty() ? "" : "\nhelp: " + problem.help();
        result.putObject("message").put("text", subject + problem.message() + help);
        ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
        place.putObject("artifactLocation").put("uri", uri(problem.position().file()));
        place.putObject("region")
                .put("startLine", problem.position().line())
                .put("startColumn", problem.position().column())
                .put("endColumn", problem.position().column() + problem.span());
    }

    private static String uri(String file) {
        try {
            return new URI(file.startsWith("/") ? "file" : null, file.startsWith("/") ? "" : null, file, null)
                    .toASCIIString();
        } catch (URISyntaxException odd) {
            return file;
        }
    }
}
