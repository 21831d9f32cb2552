package io.millrace.commands.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console has words for whatever the services may say. */
class ConsoleTextsTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ");

    private final String texts = texts();

    @Test
    void forEveryReasonWhyASessionEnds() {
        for (CloseReason reason : CloseReason.values()) {
            assertThat(texts).contains("\"" + reason.text() + "\": ");
        }
    }

    @Test
    void forEverySignAndRefusalThatDiagnosticsKnows() throws IOException {
        String page = Files.readString(Path.of("../docs/diagnostics.md"));
        List<String> signs = ROW.matcher(page.substring(page.indexOf("## Signs")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();
        assertThat(signs).hasSizeGreaterThan(12).contains("not-json", "bad-will");
        for (String sign : signs) {
            assertThat(texts).containsPattern("\n  \"?" + sign + "\"?: \\[");
        }
    }

    @Test
    void forEveryStepOfACommand() {
        for (CommandStatus status : CommandStatus.values()) {
            assertThat(texts).containsPattern("[{ ]" + status.text() + ": \"");
        }
    }

    private static String texts() {
        try (InputStream in = ConsoleTextsTest.class.getResourceAsStream("/console/js/texts/device.js")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
