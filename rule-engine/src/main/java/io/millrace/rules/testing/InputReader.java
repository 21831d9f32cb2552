package io.millrace.rules.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.language.Entries;
import io.millrace.rules.language.Reading;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;

/** {@code input} and {@code series} of a test, laid out in time. */
final class InputReader {

    static final Set<String> OWN =
            Set.of("at", "device", "gateway", "engine", "rules", "attributes", "raw", "ts", "repeat");
    private static final Set<String> INSTEAD = Set.of("gateway", "engine", "rules", "attributes", "raw");
    private static final int MOST = 1_000_000;
    private static final Subject INPUT = Subject.FILE.word("input");

    private final Reading reading;
    private final TestWords words;
    private final JsonValues json;
    private final Function<Entries.Entry, Optional<RuleSet>> ruleFiles;
    private final String device;
    private final long start;
    private final List<Input> inputs = new ArrayList<>();

    /**
     * @param start epoch milliseconds
     * @param ruleFiles reads the file that an entry names
     */
    InputReader(
            Reading reading,
            TestWords words,
            String device,
            long start,
            Function<Entries.Entry, Optional<RuleSet>> ruleFiles) {
        this.reading = reading;
        this.words = words;
        this.json = new JsonValues(reading);
        this.device = device;
        this.start = start;
        this.ruleFiles = ruleFiles;
    }

    /** In order of time; lines before series where both say something at once. */
    List<Input> read(Entries test) {
        for (Node line : test.get("input").map(reading::list).orElse(List.of())) {
            line(line);
        }
        test.get("series")
                .ifPresent(entry -> series(
                        entry,
                        test.get("interval")
                                .flatMap(reading::positive)
                                .orElse(Duration.ofMinutes(1))
                                .toMillis()));
        inputs.sort(Comparator.comparingLong(Input::at));
        return inputs;
    }

    private void line(Node node) {
        Map<String, Entries.Entry> all = words.open(node, INPUT);
        Optional<Long> at = words.at(all, node, INPUT);
        if (at.isEmpty()) {
            return;
        }
        String from =
                Optional.ofNullable(all.get("device")).flatMap(words::device).orElse(device);
        Optional<Repeat> repeat = Optional.ofNullable(all.get("repeat")).flatMap(entry -> repeat(entry, at.get()));
        Optional<Long> taken = Optional.ofNullable(all.get("ts")).flatMap(words::time);
        List<String> special = all.keySet().stream().filter(INSTEAD::contains).toList();
        List<String> fields =
                all.keySet().stream().filter(word -> !OWN.contains(word)).toList();
        if (special.size() + (fields.isEmpty() ? 0 : 1) != 1) {
            String what = special.isEmpty()
                    ? "a line in which nothing happens"
                    : "a line in which several things happen: " + String.join(", ", all.keySet());
            reading.error(
                    node, "E108", INPUT, what, "telemetry fields, or one of gateway, engine, rules, attributes, raw");
            return;
        }
        Function<Long, Optional<Input>> happening = special.isEmpty()
                ? message(from, body(all, fields), at.get(), taken)
                : special(special.get(0), words.require(all, special.get(0)), from);
        long step = repeat.map(Repeat::every).orElse(1L);
        long until = repeat.map(Repeat::until).orElse(at.get());
        for (long time = at.get(); time <= until && inputs.size() <= MOST; time += step) {
            happening.apply(time).ifPresent(inputs::add);
        }
        if (inputs.size() > MOST) {
            reading.error(node, "E108", INPUT, "more than a million lines", "a larger `every`");
            inputs.clear();
        }
    }

    private ObjectNode body(Map<String, Entries.Entry> all, List<String> fields) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        fields.forEach(
                field -> body.set(field, json.of(words.require(all, field).value(), INPUT.word(field))));
        return body;
    }

    /** Of a repeated line each message was taken as long before it came as the first one. */
    private Function<Long, Optional<Input>> message(String from, ObjectNode body, long first, Optional<Long> taken) {
        return at -> {
            ObjectNode sent = body.deepCopy();
            taken.ifPresent(time -> sent.put(RuleTest.DEVICE_TIME.field(), start + time + at - first));
            return Optional.of(new Input.Message(at, from, sent.toString().getBytes(UTF_8)));
        };
    }

    private Function<Long, Optional<Input>> special(String word, Entries.Entry entry, String from) {
        return switch (word) {
            case "gateway" -> {
                Optional<Boolean> up = reading.word(entry, Map.of("up", true, "down", false));
                yield at -> up.map(is -> new Input.Gateway(at, is));
            }
            case "engine" -> {
                Optional<Boolean> restart = reading.word(entry, Map.of("restart", true));
                yield at -> restart.map(yes -> new Input.Restart(at));
            }
            case "rules" -> {
                Optional<RuleSet> rules = ruleFiles.apply(entry);
                yield at -> rules.map(set -> new Input.Rules(at, set));
            }
            case "raw" -> {
                Optional<Passage> raw = reading.text(entry);
                yield at ->
                        raw.map(text -> new Input.Message(at, from, text.text().getBytes(UTF_8)));
            }
            default -> {
                JsonNode value = json.of(entry.value(), entry.subject());
                if (!value.isObject() && !value.isNull()) {
                    reading.error(
                            entry,
                            "E108",
                            "`attributes` must be a map",
                            "attributes: {labels: {site: berlin}, maxTemp: 8}; null deletes the device");
                }
                Optional<Input.Change> change = value.isObject() ? Optional.of(change(value)) : Optional.empty();
                yield at -> Optional.of(new Input.Registry(at, from, change));
            }
        };
    }

    /** An entry of the registry, or what changes in one. */
    static Input.Change change(JsonNode entry) {
        Map<String, Optional<String>> labels = new LinkedHashMap<>();
        Map<String, Optional<Object>> attributes = new LinkedHashMap<>();
        entry.properties().forEach(field -> {
            if (field.getKey().equals("labels") && field.getValue().isObject()) {
                field.getValue()
                        .properties()
                        .forEach(label -> labels.put(
                                label.getKey(),
                                label.getValue().isNull()
                                        ? Optional.empty()
                                        : Optional.of(JsonValues.text(label.getValue()))));
            } else {
                attributes.put(
                        field.getKey(),
                        field.getValue().isNull()
                                ? Optional.empty()
                                : Optional.of(JsonValues.attribute(field.getValue())));
            }
        });
        return new Input.Change(labels, attributes);
    }

    private record Repeat(long every, long until) {}

    private Optional<Repeat> repeat(Entries.Entry entry, long at) {
        Entries parts = reading.entries(entry.value(), entry.subject(), "`repeat`", Set.of("every", "until"), Set.of());
        Optional<Duration> every = parts.get("every").flatMap(reading::positive);
        Optional<Long> until = parts.get("until").flatMap(words::time);
        if (!parts.has("every") || !parts.has("until")) {
            reading.error(entry, "E107", "`repeat` needs `every` and `until`", "repeat: {every: 30s, until: 1h}");
        }
        return every.isEmpty() || until.isEmpty()
                ? Optional.empty()
                : Optional.of(new Repeat(every.get().toMillis(), Math.max(at, until.get())));
    }

    private void series(Entries.Entry entry, long interval) {
        Map<String, List<Optional<JsonNode>>> samples = new LinkedHashMap<>();
        reading.open(entry).forEach((field, written) -> reading.text(written)
                .ifPresent(text -> samples.put(
                        field,
                        Series.parse(
                                text,
                                (part, message, help) ->
                                        reading.error(part, "E108", written.subject(), message, help)))));
        int length = samples.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < length; i++) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            int step = i;
            samples.forEach((field, values) -> {
                if (step < values.size()) {
                    values.get(step).ifPresent(value -> body.set(field, value));
                }
            });
            if (!body.isEmpty()) {
                inputs.add(
                        new Input.Message(i * interval, device, body.toString().getBytes(UTF_8)));
            }
        }
    }
}
