package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.EnrolmentRefusal;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleSetRecord;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionState;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The JSON Schemas of records have the fields and words of the records in the code, take every version of them, and find what is wrong. */
class RecordSchemasTest {
    private static final Path SAMPLES =
            Path.of("..", "schemas", "src", "test", "resources", "io/millrace/schemas/samples");
    private static final Map<String, Class<?>> RECORDS = Map.ofEntries(
            Map.entry("device-sessions", SessionEvent.class),
            Map.entry("device-session-state", SessionState.class),
            Map.entry("device-diagnostics", DeviceDiagnostic.class),
            Map.entry("device-registry", DeviceRecord.class),
            Map.entry("device-enrolments", Enrolment.class),
            Map.entry("enrolment-refusals", EnrolmentRefusal.class),
            Map.entry("access-keys", AccessKeyRecord.class),
            Map.entry("command-events", CommandEvent.class),
            Map.entry("alerts", AlertEvent.class),
            Map.entry("rule-sets", RuleSetRecord.class),
            Map.entry("rule-controls", RuleControl.class));

    @TestFactory
    Stream<DynamicTest> fieldsAndWordsAreThoseOfTheCode() {
        return RECORDS.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    JsonNode schema = schema(entry.getKey());
                    JsonSubTypes kinds = entry.getValue().getAnnotation(JsonSubTypes.class);
                    if (kinds == null) {
                        agree(schema, entry.getValue());
                        return;
                    }
                    assertThat(schema.get("oneOf")).hasSize(kinds.value().length);
                    for (JsonSubTypes.Type kind : kinds.value()) {
                        ObjectNode branch = branch(schema, kind.name()).deepCopy();
                        ((ObjectNode) branch.get("properties")).remove("type");
                        agree(branch, kind.value());
                    }
                }));
    }

    private static JsonNode branch(JsonNode schema, String type) {
        for (JsonNode branch : schema.get("oneOf")) {
            if (branch.at("/properties/type/const").asText().equals(type)) {
                return branch;
            }
        }
        throw new AssertionError("no " + type);
    }

    private static void agree(JsonNode schema, Class<?> record) {
        TreeSet<String> fields = new TreeSet<>();
        schema.get("properties").fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .as(record.getSimpleName())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(record.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        for (RecordComponent component : record.getRecordComponents()) {
            JsonNode field = schema.at("/properties/" + component.getName());
            Class<?> type = inner(component.getGenericType());
            // What a device answers is one of two statuses.
            if (type.isEnum() && !(record == CommandEvent.Responded.class)) {
                assertThat(field.get("enum"))
                        .as(record.getSimpleName() + "." + component.getName())
                        .containsExactlyInAnyOrderElementsOf(words(type));
            } else if (type.isRecord() && field.has("items")) {
                agree(field.get("items"), type);
            }
        }
    }

    /** Of an Optional or a List, what is in it. */
    private static Class<?> inner(Type type) {
        if (type instanceof ParameterizedType generic) {
            return inner(generic.getActualTypeArguments()[0]);
        }
        return type instanceof Class<?> plain ? plain : Object.class;
    }

    private static List<JsonNode> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(word -> Json.mapper().<JsonNode>valueToTree(word))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> everyVersionOfARecordFits() throws IOException {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.name(), () -> assertThat(sample.strict().validate(sample.record()))
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> whatLacksAFieldOrHasAnotherTypeDoesNot() throws IOException {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> {
                    for (Map.Entry<String, JsonNode> field : sample.record().properties()) {
                        ObjectNode wrong = sample.record().deepCopy();
                        if (!field.getKey().equals("detail")) {
                            wrong.putArray(field.getKey()).addArray();
                            assertThat(sample.open().validate(wrong))
                                    .as(wrong.toString())
                                    .isNotEmpty();
                            wrong.putNull(field.getKey());
                            assertThat(sample.open().validate(wrong))
                                    .as(wrong.toString())
                                    .isNotEmpty();
                        }
                        if (field.getValue().isTextual()
                                && field.getValue().asText().endsWith("Z")) {
                            wrong.put(field.getKey(), "22.11.2026 10:04");
                            assertThat(sample.open().validate(wrong))
                                    .as(wrong.toString())
                                    .isNotEmpty();
                        }
                    }
                    for (JsonNode required : required(sample)) {
                        ObjectNode wrong = sample.record().deepCopy();
                        wrong.remove(required.asText());
                        assertThat(sample.open().validate(wrong))
                                .as(wrong.toString())
                                .isNotEmpty();
                    }
                }));
    }

    private static JsonNode required(Sample sample) {
        return sample.schema().has("oneOf")
                ? branch(sample.schema(), sample.record().get("type").asText()).get("required")
                : sample.schema().get("required");
    }

    /** Additions are allowed, that is what readers were told; but whoever adds must describe it, or the test of the whole system finds it. */
    @TestFactory
    Stream<DynamicTest> aNewFieldFitsForReadersAndIsFoundByUs() throws IOException {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> {
                    ObjectNode newer = sample.record().deepCopy();
                    newer.put("newField", 1);
                    assertThat(sample.open().validate(newer)).isEmpty();
                    assertThat(sample.strict().validate(newer)).isNotEmpty();
                }));
    }

    @Test
    void thereIsASampleOfEveryRecord() throws IOException {
        assertThat(samples().map(Sample::topic).distinct()).containsExactlyInAnyOrderElementsOf(RECORDS.keySet());
    }

    @Test
    void whatIsNoObjectIsNoReadingAndNoState() {
        for (String topic : List.of("telemetry", "device-state")) {
            Schema schema = AsyncApi.schema(schema(topic));
            assertThat(schema.validate(AsyncApi.JSON.createArrayNode()))
                    .as(topic)
                    .isNotEmpty();
            assertThat(schema.validate(AsyncApi.JSON.createObjectNode().put("a", 1)))
                    .as(topic)
                    .isEmpty();
        }
    }

    private record Sample(String topic, String name, JsonNode schema, ObjectNode record) {
        Schema open() {
            return AsyncApi.schema(schema);
        }

        Schema strict() {
            return AsyncApi.schema(AsyncApi.closed(schema));
        }
    }

    private static Stream<Sample> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            List<Path> all = files.sorted().toList();
            return all.stream().flatMap(RecordSchemasTest::samples);
        }
    }

    private static Stream<Sample> samples(Path file) {
        String name = String.valueOf(file.getFileName());
        String kind = name.substring(0, name.indexOf('.'));
        String topic = kind.equals("session-events")
                ? "device-sessions"
                : kind.equals("session-state") ? "device-session-state" : kind;
        try {
            return Files.readString(file)
                    .lines()
                    .map(line -> new Sample(topic, name + " " + line, schema(topic), record(line)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ObjectNode record(String line) {
        try {
            return (ObjectNode) AsyncApi.JSON.readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static JsonNode schema(String topic) {
        return AsyncApi.json("records/" + topic + ".schema.json");
    }
}
