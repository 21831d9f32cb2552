package io.millrace.simulator.scenario;

import io.millrace.simulator.DeviceBehaviour;
import io.millrace.simulator.ServerAddress;
import io.millrace.simulator.payload.Payload;
import io.millrace.simulator.payload.Replay;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one of `groups`. */
final class GroupReader {
    private static final Set<String> WORDS = Set.of(
            "name",
            "devices",
            "id",
            "server",
            "start-after",
            "interval",
            "jitter",
            "qos",
            "board",
            "fields",
            "replay",
            "report-on-command",
            "answer-plain");
    private static final int MOST_DEVICES = 1_000_000;
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    private final Path folder;
    private final ServerAddress server;
    private final Problems problems;

    /** `server` is that of groups that name none; files are looked for in `folder`. */
    GroupReader(Path folder, ServerAddress server, Problems problems) {
        this.folder = folder;
        this.server = server;
        this.problems = problems;
    }

    Scenario.Group read(Node node, int place) {
        YamlMap map = YamlMap.of(node, problems, WORDS);
        map.require("devices", "how many");
        String name = map.text("name").orElse("group-" + place);
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            map.problem("name", '"' + name + "\" (expected 1 to 64 of A-Z a-z 0-9 . _ -)");
            name = "group-" + place;
        }
        return new Scenario.Group(
                name,
                map.integer("devices", 1, MOST_DEVICES).orElse(1),
                id(map, "sim-" + name + "-%06d"),
                server(map),
                map.duration("start-after").orElse(Duration.ZERO),
                behaviour(map));
    }

    private String id(YamlMap map, String otherwise) {
        String expected = "1 to 256 of A-Z a-z 0-9 . _ : - with one %d, as in sim-%05d";
        return map.parsed("id", expected, text -> Optional.of(text).filter(GroupReader::isPattern))
                .orElse(otherwise);
    }

    static boolean isPattern(String pattern) {
        try {
            String first = String.format(pattern, 1);
            return first.matches("[A-Za-z0-9._:-]{1,256}") && !first.equals(String.format(pattern, 2));
        } catch (IllegalFormatException wrong) {
            return false;
        }
    }

    private ServerAddress server(YamlMap map) {
        return map.text("server")
                .flatMap(text -> address(map, "server", text, server.ca()))
                .orElse(server);
    }

    static Optional<ServerAddress> address(YamlMap map, String key, String text, Optional<Path> ca) {
        try {
            return Optional.of(ServerAddress.of(URI.create(text), ca));
        } catch (IllegalArgumentException wrong) {
            map.problem(key, String.valueOf(wrong.getMessage()));
            return Optional.empty();
        }
    }

    private DeviceBehaviour behaviour(YamlMap map) {
        DeviceBehaviour usual = DeviceBehaviour.DEFAULT;
        Duration interval = map.parsed("interval", Durations.EXPECTED + ", 10ms to 24h", text -> Durations.parse(text)
                        .filter(time ->
                                time.compareTo(SHORTEST_INTERVAL) >= 0 && time.compareTo(LONGEST_INTERVAL) <= 0))
                .orElse(usual.interval());
        double jitter = map.parsed("jitter", "a part of the interval, 0% to 100%", GroupReader::percent)
                .orElse(0.0);
        return usual.withInterval(interval)
                .withJitter(jitter)
                .withQos(map.integer("qos", 0, 2).orElse(usual.qos()))
                .withTimeScale(timeScale(map))
                .withReportOnCommand(map.flag("report-on-command").orElse(usual.reportOnCommand()))
                .withAnswerPlainCommands(map.flag("answer-plain").orElse(usual.answerPlainCommands()))
                .withPayload(payload(map));
    }

    private static Optional<Double> percent(String text) {
        return text.endsWith("%")
                ? YamlMap.parseNumber(text.substring(0, text.length() - 1))
                        .map(number -> number / 100)
                        .filter(part -> part >= 0 && part <= 1)
                : Optional.empty();
    }

    private double timeScale(YamlMap map) {
        if (!(map.get("board").orElse(null) instanceof MappingNode board)) {
            return 1;
        }
        YamlMap settings = YamlMap.of(board, problems, Set.of("time-scale"));
        double scale = settings.number("time-scale").orElse(1.0);
        if (scale > 0 && scale <= 10_000) {
            return scale;
        }
        settings.problem("time-scale", scale + " (expected above 0, at most 10000)");
        return 1;
    }

    /** Without a word about what it says, a device is the seed's board. */
    private Payload payload(YamlMap map) {
        boolean board = map.get("board").orElse(null) instanceof MappingNode
                || map.flag("board").orElse(!map.has("fields") && !map.has("replay"));
        List<Payload.Field> fields = map.get("fields")
                .map(node -> new FieldsReader(problems).read(node))
                .orElse(List.of());
        return new Payload(board, fields, map.text("replay").flatMap(file -> replay(map, file)));
    }

    private Optional<Replay> replay(YamlMap map, String file) {
        Path path = folder.resolve(file);
        try {
            return Optional.of(Replay.of(path));
        } catch (IOException unreadable) {
            map.problem(
                    "replay", path + " cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        } catch (IllegalArgumentException wrong) {
            map.problem("replay", String.valueOf(wrong.getMessage()));
        }
        return Optional.empty();
    }
}
