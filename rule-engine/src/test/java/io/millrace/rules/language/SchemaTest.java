package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The JSON Schema that editors complete and check with knows the words that the loader knows, and takes what the loader takes. */
class SchemaTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode schema = load();
    private final Schema validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema);

    private static JsonNode load() {
        try (InputStream file = Objects.requireNonNull(
                SchemaTest.class.getResourceAsStream("/io/millrace/schemas/rules.schema.json"))) {
            return MAPPER.readTree(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private List<Error> errors(String yaml) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return validator.validate(MAPPER.<JsonNode>valueToTree(tree));
    }

    private Set<String> words(String pointer) {
        Set<String> words = new TreeSet<>();
        JsonNode properties = schema.at(pointer + "/properties");
        assertThat(properties.isObject()).as(pointer).isTrue();
        properties.fieldNames().forEachRemaining(words::add);
        return words;
    }

    private static Set<String> union(Set<String> one, Set<String> two) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(two);
        return all;
    }

    /** Words that the loader does not know yet are in the schema already. */
    @Test
    void itHasTheWordsOfTheLanguage() {
        assertThat(words("")).containsExactlyInAnyOrderElementsOf(FileReader.WORDS);
        assertThat(words("/$defs/group")).containsExactlyInAnyOrderElementsOf(FileReader.GROUP);
        assertThat(words("/$defs/shared")).containsAll(RuleWords.SHARED);
        assertThat(union(words("/$defs/shared"), words("/$defs/rule")))
                .containsExactlyInAnyOrderElementsOf(union(RuleWords.WORDS, RuleWords.LATER));
        assertThat(words("/$defs/level")).containsExactlyInAnyOrderElementsOf(LevelsReader.WORDS);
        assertThat(words("/$defs/shared/properties/levels")).containsExactlyInAnyOrderElementsOf(LevelsReader.NAMES);
        assertThat(words("/$defs/intervals")).containsExactlyInAnyOrderElementsOf(TimeIntervalsReader.NAMED);
        assertThat(words("/$defs/interval")).containsExactlyInAnyOrderElementsOf(TimeIntervalsReader.WORDS);
        assertThat(words("/$defs/record")).containsExactlyInAnyOrderElementsOf(LocalsReader.WORDS);
        assertThat(words("/$defs/action")).containsExactlyInAnyOrderElementsOf(ActionReader.WORDS);
        assertThat(words("/$defs/confirm")).containsExactlyInAnyOrderElementsOf(ConfirmReader.WORDS);
        assertThat(words("/$defs/limits")).containsExactlyInAnyOrderElementsOf(LimitsReader.WORDS);
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

    @TestFactory
    Stream<DynamicTest> goodFilesAndTheExamplesOfTheLanguageFit() throws IOException {
        List<Path> files = new ArrayList<>(FixturesTest.files(FixturesTest.GOOD));
        files.addAll(FixturesTest.files(FixturesTest.EXAMPLES));
        return files.stream()
                .filter(file -> !file.endsWith("ex14.rules.yaml")) // `by` is reserved
                .map(file -> DynamicTest.dynamicTest(
                        String.valueOf(file.getFileName()),
                        () -> assertThat(errors(Files.readString(file))).isEmpty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "version: 1",
                "version: 2\nrules: []",
                "rules: {}",
                "rule: []\nrules: []",
                "rules: [{alert: A, exp: a > 1}]",
                "rules: [{rule: r, alert: A, expr: a > 1}]",
                "rules: [{expr: a > 1}]",
                "rules: [{record: r}]",
                "rules: [{alert: 1st, expr: a > 1}]",
                "rules: [{alert: A, expr: [a]}]",
                "rules: [{alert: A, expr: a > 1, by: [site]}]",
                "rules: [{alert: A, expr: a > 1, for: 5}]",
                "rules: [{alert: A, expr: a > 1, for: 5 min}]",
                "rules: [{alert: A, expr: a > 1, trigger: levle}]",
                "rules: [{alert: A, expr: a > 1, rollout: 101}]",
                "rules: [{alert: A, expr: a > 1, labels: [x]}]",
                "rules: [{alert: A, expr: a > 1, devices: \"gh-[12]\"}]",
                "rules: [{alert: A, expr: a > 1, devices: {idz: x}}]",
                "rules: [{alert: A, expr: a > 1, on_firing: {send: X}}]",
                "rules: [{alert: A, expr: a > 1, on_firing: [{to: x}]}]",
                "rules: [{alert: A, expr: a > 1, on_firing: [{send: X, log: y}]}]",
                "rules: [{alert: A, expr: a > 1, on_firing: [{publish: t}]}]",
                "rules: [{alert: A, expr: a > 1, on_firing: [{send: X, qos: 2}]}]",
                "rules: [{alert: A, levels: {urgent: {expr: a > 1}}}]",
                "rules: [{alert: A, levels: {warning: {for: 1m}}}]",
                "rules: [{alert: A, levels: {warning: a > 1}}]",
                "rules: [{rule: r, expr: a, send: X, confirm: {expr: a}}]",
                "rules: [{rule: r, expr: a, send: X, confirm: {expr: a, within: 10}}]",
                "rules: [{rule: r, expr: a, send: X, confirm: {expr: a, within: 10s, retry: 2}}]",
                "rules: [{rule: r, expr: a, send: X, limits: {per_device: 6}}]",
                "rules: [{rule: r, expr: a, send: X, limits: {per_device: 6/min}}]",
                "rules: [{rule: r, expr: a, send: X, priority: high}]",
                "rules: [{rule: r, send: X, schedule: \"0 22 * *\"}]",
                "rules: [{rule: r, send: X, schedule: \"0 22 * * *\", for: 1m}]",
                "rules: [{alert: A, expr: a, mute_time_intervals: office}]",
                "time_intervals: [{name: office}]\nrules: []",
                "time_intervals: [{name: o, time_intervals: [{times: [{start_time: \"8:00\", end_time: \"18:00\"}]}]}]\nrules: []",
                "time_intervals: [{name: o, time_intervals: [{wekdays: [monday]}]}]\nrules: []",
                "fields: {a: numbr}\nrules: []",
                "fields: {a: {type: number, minimum: 3}}\nrules: []",
                "commands: {X: {set: {a: true}}}\nrules: []",
                "groups: [{rules: []}]",
                "defaults: {alert: A}\nrules: []"
            })
    void wrongShapesAreRefused(String yaml) {
        assertThat(errors(yaml)).isNotEmpty();
    }

    @Test
    void whatAnEditorShowsIsOneLineOfWords() {
        for (JsonNode description : schema.findValues("description")) {
            if (description.isTextual()) {
                assertThat(description.asText()).matches("[A-Z].*\\.");
            }
        }
        for (String word : words("/$defs/shared")) {
            JsonNode entry = schema.at("/$defs/shared/properties/" + word);
            assertThat(entry.has("description") || word.equals("enabled"))
                    .as(word)
                    .isTrue();
        }
    }
}
