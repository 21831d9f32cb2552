package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The JSON Schema that editors complete with knows the words that the loader knows. */
class SchemaTest {

    private final JsonNode schema = load();

    private static JsonNode load() {
        try (InputStream file = Objects.requireNonNull(
                SchemaTest.class.getResourceAsStream("/io/millrace/schemas/rules.schema.json"))) {
            return new ObjectMapper().readTree(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private List<String> words(String pointer) {
        List<String> words = new ArrayList<>();
        JsonNode properties = schema.at(pointer + "/properties");
        assertThat(properties.isObject()).as(pointer).isTrue();
        properties.fieldNames().forEachRemaining(words::add);
        return words;
    }

    @Test
    void itHasTheWordsOfTheLoader() {
        assertThat(words("")).containsExactlyInAnyOrderElementsOf(FileReader.WORDS);
        assertThat(words("/$defs/group")).containsExactlyInAnyOrderElementsOf(FileReader.GROUP);
        assertThat(words("/$defs/shared")).containsExactlyInAnyOrderElementsOf(RuleReader.SHARED);
        assertThat(words("/$defs/level")).containsExactlyInAnyOrderElementsOf(LevelsReader.WORDS);
        assertThat(words("/$defs/shared/properties/levels")).containsExactlyInAnyOrderElementsOf(LevelsReader.NAMES);
        assertThat(words("/$defs/rule")).containsExactlyInAnyOrder("rule", "alert", "renamed_from");
        assertThat(words("/$defs/intervals")).containsExactlyInAnyOrderElementsOf(TimeIntervalsReader.NAMED);
        assertThat(words("/$defs/interval")).containsExactlyInAnyOrderElementsOf(TimeIntervalsReader.WORDS);
        assertThat(words("/$defs/record")).containsExactlyInAnyOrderElementsOf(LocalsReader.WORDS);
        assertThat(words("/$defs/action")).containsExactlyInAnyOrderElementsOf(ActionReader.WORDS);
        assertThat(words("/$defs/field/anyOf/1")).containsExactlyInAnyOrderElementsOf(FieldsReader.WORDS);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (JsonNode reference : schema.findValues("$ref")) {
            assertThat(schema.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }
}
