package io.millrace.rules.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.language.Entries;
import io.millrace.rules.language.Reading;
import io.millrace.rules.source.Problems.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The entries of {@code expect}, {@code expect_never} and {@code expect_sequence}. */
final class ExpectationReader {

    static final Set<String> WORDS = Set.of(
            "at",
            "device",
            "rule",
            "alert",
            "state",
            "value",
            "level",
            "labels",
            "annotations",
            "outcome",
            "sent",
            "publish");
    private static final Map<String, Phase> STATES =
            Map.of("inactive", Phase.INACTIVE, "pending", Phase.PENDING, "firing", Phase.FIRING);
    private static final Map<String, Outcome> OUTCOMES =
            Arrays.stream(Outcome.values()).collect(Collectors.toMap(Outcome::text, Function.identity()));
    private static final Map<String, String> LEVELS =
            Map.of("info", "info", "warning", "warning", "critical", "critical");

    private final Reading reading;
    private final TestWords words;
    private final JsonValues json;
    private final TargetNames names;
    private final String device;

    ExpectationReader(Reading reading, TestWords words, TargetNames names, String device) {
        this.reading = reading;
        this.words = words;
        this.json = new JsonValues(reading);
        this.names = names;
        this.device = device;
    }

    List<Expectation> read(Entries.Entry list, boolean timed) {
        List<Expectation> found = new ArrayList<>();
        for (Node item : reading.list(list)) {
            Entries entries = reading.entries(item, list.subject(), "an expectation", WORDS, Set.of());
            if (!entries.all().isEmpty()) {
                one(entries, item, list.subject(), timed).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Expectation> one(Entries entries, Node item, Subject subject, boolean timed) {
        Optional<Long> at = timed
                ? words.at(entries.byWord(), item, subject)
                : entries.get("at").flatMap(words::time);
        String on = entries.get("device").flatMap(words::device).orElse(device);
        Optional<Expectation.Target> target = target(entries);
        List<Expectation.Sent> sent =
                entries.get("sent").map(entry -> sent(entry, on)).orElse(List.of());
        Optional<Expectation.Published> published = entries.get("publish").flatMap(entry -> published(entry, entries));
        Optional<Double> value =
                published.isPresent() ? Optional.empty() : entries.get("value").flatMap(reading::number);
        if (!entries.has("rule") && !entries.has("alert") && !entries.has("sent") && !entries.has("publish")) {
            reading.error(
                    item,
                    "E107",
                    subject,
                    "an expectation of nothing",
                    "name a `rule:` or an `alert:` and its `state:`, or what is `sent:`");
            return Optional.empty();
        }
        if (timed && at.isEmpty()) {
            return Optional.empty();
        }
        Optional<Phase> state = entries.get("state").flatMap(entry -> reading.word(entry, STATES));
        return Optional.of(new Expectation(
                reading.position(item),
                at,
                on,
                target,
                state,
                value,
                entries.get("level").flatMap(entry -> reading.word(entry, LEVELS)),
                texts(entries, "labels"),
                texts(entries, "annotations"),
                entries.get("outcome").flatMap(entry -> reading.word(entry, OUTCOMES)),
                sent,
                published));
    }

    private Optional<Expectation.Target> target(Entries entries) {
        if (entries.has("rule") && entries.has("alert")) {
            reading.error(
                    entries.require("alert").key(),
                    "E105",
                    entries.require("alert").subject(),
                    "both `rule` and `alert` in one expectation",
                    "one of them says whose state it is");
        }
        Optional<Entries.Entry> entry = entries.get("rule").or(() -> entries.get("alert"));
        if (entry.isEmpty()) {
            Set.of("state", "level", "labels", "annotations", "outcome").stream()
                    .flatMap(word -> entries.get(word).stream())
                    .forEach(of -> reading.error(
                            of.key(),
                            "E107",
                            of.subject(),
                            "`" + of.word() + "` of which rule?",
                            "add `rule:` or `alert:` with its name"));
        }
        return entry.flatMap(named -> reading.text(named)
                .flatMap(name -> names.find(
                        named.word(), name.text(), (message, help) -> reading.error(named, "E302", message, help))));
    }

    private Map<String, String> texts(Entries entries, String word) {
        Optional<Entries.Entry> entry = entries.get(word);
        if (entry.isEmpty() || !(entry.get().value() instanceof MappingNode)) {
            entry.ifPresent(wrong ->
                    reading.error(wrong, "E108", "`" + word + "` must be a map", word + ": {severity: critical}"));
            return Map.of();
        }
        return JsonValues.texts(json.of(entry.get().value(), entry.get().subject()));
    }

    private List<Expectation.Sent> sent(Entries.Entry entry, String to) {
        List<Node> items = entry.value() instanceof SequenceNode list ? list.getValue() : List.of(entry.value());
        return items.stream().map(item -> command(item, entry.subject(), to)).toList();
    }

    /** A payload; or a map of {@code to} and {@code payload}, which is told from a JSON payload by having no other key. */
    private Expectation.Sent command(Node item, Subject subject, String to) {
        if (!(item instanceof MappingNode map) || !isAddressed(map)) {
            return new Expectation.Sent(to, content(item, subject));
        }
        Entries parts = reading.entries(map, subject, "`sent`", Set.of("to", "payload"), Set.of());
        return new Expectation.Sent(
                parts.get("to").flatMap(words::device).orElse(to),
                content(parts.require("payload").value(), subject));
    }

    private static boolean isAddressed(MappingNode map) {
        List<String> keys = new ArrayList<>();
        for (NodeTuple pair : map.getValue()) {
            keys.add(pair.getKeyNode() instanceof ScalarNode key ? key.getValue() : "");
        }
        return keys.contains("payload") && Set.of("to", "payload").containsAll(keys);
    }

    private Content content(Node node, Subject subject) {
        if (node instanceof ScalarNode scalar) {
            return new Content.Text(scalar.getValue());
        }
        JsonNode value = json.of(node, subject);
        return new Content.Json(value);
    }

    private Optional<Expectation.Published> published(Entries.Entry topic, Entries entries) {
        Optional<Content> value = entries.get("value").map(entry -> content(entry.value(), entry.subject()));
        return reading.text(topic).map(name -> new Expectation.Published(name.text(), value));
    }
}
