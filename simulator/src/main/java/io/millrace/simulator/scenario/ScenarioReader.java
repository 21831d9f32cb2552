package io.millrace.simulator.scenario;

import io.millrace.simulator.ServerAddress;
import io.millrace.simulator.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a scenario from its file. */
public final class ScenarioReader {
    private static final Set<String> WORDS = Set.of(
            "name", "server", "ca", "duration", "warm-up", "ramp", "reconnect-after", "sources", "seed", "groups");
    private static final int MOST_DEVICES = 1_000_000;
    private static final double USUAL_RAMP = 200;

    private final Path file;
    private final Problems problems;

    private ScenarioReader(Path file) {
        this.file = file;
        this.problems = new Problems(file.toString());
    }

    /**
     * `server` and `ca`, if given, take the place of those that the file names at its top.
     *
     * @throws BadScenario with all that is wrong with the file
     */
    public static Scenario read(Path file, Optional<ServerAddress> server) {
        ScenarioReader reader = new ScenarioReader(file);
        Optional<Scenario> scenario = reader.root().map(root -> reader.scenario(root, server));
        if (scenario.isEmpty() || reader.problems.any()) {
            throw new BadScenario(reader.problems.all());
        }
        return scenario.get();
    }

    private Optional<Node> root() {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setAllowDuplicateKeys(true)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(file));
            if (root.isEmpty()) {
                problems.add(Optional.empty(), "is empty (expected a scenario)");
            }
            return root;
        } catch (IOException unreadable) {
            problems.add(
                    Optional.empty(), "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        } catch (MarkedYamlEngineException wrong) {
            problems.add(wrong.getProblemMark(), "not YAML: " + wrong.getProblem());
        } catch (YamlEngineException wrong) {
            problems.add(Optional.empty(), "not YAML: " + wrong.getMessage());
        }
        return Optional.empty();
    }

    private Scenario scenario(Node root, Optional<ServerAddress> given) {
        YamlMap map = YamlMap.of(root, problems, WORDS);
        map.require("groups", "a list of groups of devices");
        GroupReader groupReader = new GroupReader(folder(), server(map, given), problems);
        List<Scenario.Group> groups = new ArrayList<>();
        Map<String, String> ids = new HashMap<>();
        int devices = 0;
        for (Node node : map.list("groups")) {
            Scenario.Group group = groupReader.read(node, groups.size() + 1);
            devices += group.devices();
            String before = ids.putIfAbsent(String.format(group.idPattern(), 1), group.name());
            if (before != null) {
                problems.add(node, "id: " + group.idPattern() + " is that of group " + before + " too");
            }
            groups.add(group);
        }
        if (devices > MOST_DEVICES) {
            map.problem("groups", devices + " devices (expected at most " + MOST_DEVICES + ")");
        }
        if (map.has("groups") && groups.isEmpty()) {
            map.problem("groups", "no group (expected at least one)");
        }
        return new Scenario(
                map.text("name").orElse(baseName()),
                map.positiveDuration("duration"),
                map.duration("warm-up").orElse(Duration.ZERO),
                map.parsed("ramp", Ramp.EXPECTED, Ramp::parse).orElse(Ramp.perSecond(USUAL_RAMP)),
                map.positiveDuration("reconnect-after").orElse(Duration.ofSeconds(10)),
                sources(map),
                map.integer("seed", 0, 999_999_999).orElse(1),
                groups);
    }

    private ServerAddress server(YamlMap map, Optional<ServerAddress> given) {
        Optional<Path> ca = map.text("ca").map(folder()::resolve);
        Optional<ServerAddress> own = map.text("server").flatMap(text -> GroupReader.address(map, "server", text, ca));
        return given.or(() -> own)
                .orElse(new ServerAddress(Transport.MQTT, "127.0.0.1", Transport.MQTT.defaultPort(), "", ca));
    }

    private List<String> sources(YamlMap map) {
        List<String> sources = new ArrayList<>();
        for (String text : map.texts("sources")) {
            SourceAddresses.parse(text)
                    .ifPresentOrElse(
                            sources::addAll,
                            () -> map.problem("sources", text + " (expected " + SourceAddresses.EXPECTED + ")"));
        }
        return sources;
    }

    private Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private String baseName() {
        Path name = file.getFileName();
        return name == null ? "scenario" : name.toString().replaceAll("\\.ya?ml$", "");
    }
}
