package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/consumers.md agrees with its examples and with the published document; {@code ExternalClientsIT} runs what it shows. */
class ConsumerPageTest {
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @Test
    void whatItShowsStandsInTheExamples() throws IOException {
        for (Map.Entry<String, String> example :
                Map.of("java", "AlertLog.java", "python", "readings.py").entrySet()) {
            List<String> shown = ConsumerPage.lines(example.getKey());
            assertThat(shown).hasSizeGreaterThan(3);
            assertThat(Files.readAllLines(ConsumerPage.EXAMPLES.resolve(example.getValue())))
                    .map(String::strip)
                    .containsSequence(shown);
        }
    }

    @Test
    void itNamesTheTopicsThatAreForConsumers() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "consumers.md"));
        Set<String> published = new TreeSet<>();
        new AsyncApi().kafkaChannels().forEach((topic, channel) -> {
            if (channel.get("tags").findValuesAsText("name").contains("consumers")) {
                published.add(topic);
            }
        });
        String table = page.substring(page.indexOf("## The topics that are for you"), page.indexOf("## What you can"));
        assertThat(FIRST_CELL.matcher(table).results().map((MatchResult cell) -> cell.group(1)))
                .containsExactlyInAnyOrderElementsOf(published);
    }
}
