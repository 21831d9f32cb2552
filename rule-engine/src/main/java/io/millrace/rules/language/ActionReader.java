package io.millrace.rules.language;

import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.runtime.config.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What a rule does: {@code send}, {@code publish}, {@code alert}, {@code log} and the words beside them. */
final class ActionReader {

    private static final Duration EXPIRES = Duration.ofSeconds(60);
    private static final List<String> KINDS = List.of("send", "publish", "alert", "log");
    private static final Map<String, Set<String>> BESIDE = Map.of(
            "send", Set.of("to", "qos", "expires", "retain", "if"),
            "publish", Set.of("value", "if"),
            "alert", Set.of("labels", "annotations", "if"),
            "log", Set.of("if"));
    static final Set<String> WORDS = Set.of(
            "send",
            "publish",
            "alert",
            "log",
            "to",
            "qos",
            "expires",
            "retain",
            "if",
            "value",
            "labels",
            "annotations");

    private final Reading reading;
    private final Set<String> commands;

    /** {@code commands} is the file's catalogue; empty = any payload will do. */
    ActionReader(Reading reading, Set<String> commands) {
        this.reading = reading;
        this.commands = commands;
    }

    List<Action> list(Entries.Entry entry) {
        List<Action> actions = new ArrayList<>();
        for (Node node : reading.list(entry)) {
            action(node, entry.subject()).ifPresent(actions::add);
        }
        return actions;
    }

    /** The short form: {@code send} as a word of the rule. */
    Optional<Action> send(Entries.Entry entry) {
        return payload(entry).map(payload -> new Action.Send(payload, Optional.empty(), 1, EXPIRES, Optional.empty()));
    }

    private Optional<Action> action(Node node, Subject subject) {
        Entries words = reading.entries(node, subject, "an action", WORDS, Set.of());
        List<Entries.Entry> kinds =
                KINDS.stream().flatMap(kind -> words.get(kind).stream()).toList();
        if (kinds.isEmpty()) {
            if (node instanceof MappingNode
                    && !reading.problems()
                            .any(problem -> isIn(problem.position().line(), node))) {
                reading.error(
                        node,
                        "E113",
                        subject,
                        "an action without send, publish, alert or log",
                        "for example `- send: FAN_ON`");
            }
            return Optional.empty();
        }
        Entries.Entry kind = kinds.get(0);
        if (kinds.size() > 1) {
            Entries.Entry second = kinds.get(1);
            reading.error(
                    second.key(),
                    "E113",
                    subject,
                    "`" + kind.word() + "` and `" + second.word() + "` in one action",
                    "make two items of it, each beginning with `- `");
            return Optional.empty();
        }
        for (Entries.Entry entry : words.all()) {
            if (!KINDS.contains(entry.word())
                    && !BESIDE.getOrDefault(kind.word(), Set.of()).contains(entry.word())) {
                reading.error(
                        entry.key(),
                        "E113",
                        subject,
                        "`" + entry.word() + "` does not belong to `" + kind.word() + "`",
                        "");
            }
        }
        return switch (kind.word()) {
            case "send" -> send(kind, words);
            case "publish" -> publish(kind, words);
            case "alert" -> alert(kind, words);
            default ->
                reading.template(kind)
                        .map(text -> new Action.Log(text, words.get("if").flatMap(reading::condition)));
        };
    }

    private boolean isIn(int line, Node node) {
        return line >= reading.source().position(ScalarPassage.start(node)).line()
                && line
                        <= reading.source()
                                .position(ScalarPassage.index(node.getEndMark()))
                                .line();
    }

    private Optional<Action> send(Entries.Entry kind, Entries words) {
        Optional<Payload> payload = payload(kind);
        Optional<Template> to = words.get("to").flatMap(reading::template);
        int qos =
                words.get("qos").flatMap(entry -> reading.integer(entry, 0, 1)).orElse(1);
        Duration expires = words.get("expires").flatMap(reading::positive).orElse(EXPIRES);
        words.get("retain")
                .filter(entry -> reading.bool(entry).orElse(false))
                .ifPresent(entry -> reading.error(
                        entry,
                        "E108",
                        "`retain: true`: commands are not retained messages",
                        "they wait for a device that is away; `expires` says how long"));
        var onlyIf = words.get("if").flatMap(reading::condition);
        return payload.map(found -> new Action.Send(found, to, qos, expires, onlyIf));
    }

    private Optional<Action> publish(Entries.Entry kind, Entries words) {
        Optional<String> topic = reading.text(kind).map(Object::toString).filter(name -> {
            boolean good = name.matches("[A-Za-z0-9._-]{1,249}");
            if (!good) {
                reading.error(
                        kind,
                        "E109",
                        "\"" + name + "\" is not a topic's name",
                        "letters, digits, dot, dash, underscore");
            }
            return good;
        });
        if (!words.has("value")) {
            reading.error(
                    kind.key(),
                    "E107",
                    kind.subject(),
                    "`publish` needs `value`",
                    "for example value: {device: \"${device.id}\"}");
            return Optional.empty();
        }
        Optional<Payload> value = words.get("value").flatMap(this::payload);
        var onlyIf = words.get("if").flatMap(reading::condition);
        return topic.flatMap(name -> value.map(found -> new Action.Publish(name, found, onlyIf)));
    }

    private Optional<Action> alert(Entries.Entry kind, Entries words) {
        var onlyIf = words.get("if").flatMap(reading::condition);
        Map<String, Template> labels = words.get("labels").map(this::templates).orElse(Map.of());
        Map<String, Template> annotations =
                words.get("annotations").map(this::templates).orElse(Map.of());
        return reading.name(kind).map(name -> new Action.NamedAlert(name, labels, annotations, onlyIf));
    }

    /** Labels or annotations. */
    Map<String, Template> templates(Entries.Entry entry) {
        Map<String, Template> templates = new LinkedHashMap<>();
        reading.open(entry)
                .forEach((name, value) -> reading.template(value).ifPresent(text -> templates.put(name, text)));
        return templates;
    }

    private Optional<Payload> payload(Entries.Entry entry) {
        if (entry.value() instanceof MappingNode map) {
            List<Inputs> inputs = new ArrayList<>();
            int before = reading.problems().sorted().size();
            Object root = json(map, entry.subject(), inputs);
            Inputs all = inputs.stream().reduce(Inputs.NONE, Inputs::and);
            return reading.problems().sorted().size() == before
                    ? Optional.of(new Payload.Json(root, all))
                    : Optional.empty();
        }
        if (!(entry.value() instanceof ScalarNode scalar)
                || Reading.isNull(scalar)
                || scalar.getValue().isEmpty()) {
            String what = entry.value() instanceof SequenceNode ? "a list" : "empty";
            reading.error(
                    entry,
                    "E113",
                    "the payload of `" + entry.word() + "` is " + what,
                    "a text, or a map that is sent as JSON");
            return Optional.empty();
        }
        Optional<Template> template = reading.template(scalar, entry.subject());
        if (entry.word().equals("send")) {
            template.filter(Template::isLiteral).ifPresent(text -> mustBeKnown(text.source(), entry));
        }
        return template.map(Payload.Text::new);
    }

    private void mustBeKnown(String payload, Entries.Entry entry) {
        if (!commands.isEmpty() && !commands.contains(payload)) {
            reading.error(
                    entry,
                    "E211",
                    "unknown command \"" + payload + "\"",
                    Nearest.help(payload, commands, "Commands of this file"));
        }
    }

    private Object json(Node node, Subject subject, List<Inputs> inputs) {
        if (node instanceof MappingNode map) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (NodeTuple pair : map.getValue()) {
                String key = pair.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                if (object.containsKey(key)) {
                    reading.error(pair.getKeyNode(), "E104", subject, "the key \"" + key + "\" is there twice", "");
                }
                object.put(key, json(pair.getValueNode(), subject, inputs));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            List<Object> list = new ArrayList<>();
            sequence.getValue().forEach(element -> list.add(json(element, subject, inputs)));
            return list;
        }
        ScalarNode scalar = (ScalarNode) node;
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return Payload.Json.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        double number = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)
                ? io.millrace.rules.expression.Numbers.parse(scalar.getValue())
                : Double.NaN;
        if (!Double.isNaN(number)) {
            return number;
        }
        Optional<Template> template = reading.template(scalar, subject);
        template.ifPresent(text -> inputs.add(text.inputs()));
        return template.<Object>map(text -> text).orElse(Payload.Json.NULL);
    }
}
