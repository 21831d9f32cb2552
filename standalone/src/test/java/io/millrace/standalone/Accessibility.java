package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** What axe-core finds wrong on a page by the rules of WCAG 2.2 AA. */
final class Accessibility {
    private static final String AXE = load();
    private static final String RUN = """
            const told = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
                .then(found => told(found.violations.flatMap(rule => rule.nodes.map(node =>
                    rule.id + " (" + rule.impact + ") " + node.target.join(" ") + ": " + node.failureSummary.replace(/\\s+/g, " ")))))
                .catch(e => told(["axe did not run: " + e]));
            """;

    private Accessibility() {}

    /** One line for each element and rule that it breaks. */
    static List<String> problems(Browser browser) {
        browser.run(AXE);
        return ((List<?>) browser.runAsync(RUN)).stream().map(String::valueOf).toList();
    }

    private static String load() {
        try (InputStream script = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            if (script == null) {
                throw new IllegalStateException("axe.min.js is not on the class path of the tests");
            }
            return new String(script.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
