package io.millrace.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** deploy/docker-compose.yml as compose reads it where no variable is set: merged, with the defaults in the place of variables. */
final class ComposeFile {
    static final Path DEPLOY = Path.of("..", "deploy");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z_]+:-([^}]*)}");

    final JsonNode root;

    ComposeFile() throws IOException {
        String text = Files.readString(DEPLOY.resolve("docker-compose.yml"));
        root = yaml(VARIABLE.matcher(text).replaceAll("$1"));
    }

    static JsonNode yaml(String text) {
        return new ObjectMapper()
                .valueToTree(merged(new Load(LoadSettings.builder().build()).loadFromString(text)));
    }

    /** A key {@code <<} brings the keys of its map that are not there. */
    private static Object merged(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<Object, Object> all = new LinkedHashMap<>();
            if (map.get("<<") instanceof Map<?, ?> from && merged(from) instanceof Map<?, ?> base) {
                all.putAll(base);
            }
            map.forEach((key, value) -> {
                if (!key.equals("<<")) {
                    all.put(key, value == null ? "" : merged(value));
                }
            });
            return all;
        }
        return node instanceof List<?> list
                ? list.stream().map(ComposeFile::merged).toList()
                : node;
    }

    Map<String, JsonNode> services() {
        Map<String, JsonNode> services = new LinkedHashMap<>();
        root.get("services").properties().forEach(entry -> services.put(entry.getKey(), entry.getValue()));
        return services;
    }

    JsonNode service(String name) {
        return root.path("services").path(name);
    }

    /** Those that run our image. */
    Map<String, JsonNode> ours() {
        Map<String, JsonNode> ours = new LinkedHashMap<>(services());
        ours.values().removeIf(service -> !service.path("image").asText().startsWith("millrace:"));
        return ours;
    }

    static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    /** The environment of one of ours; what it finds below /run/secrets and /etc/millrace is below {@code root} instead. */
    Map<String, String> environment(String service, Path root) {
        Map<String, String> environment = new LinkedHashMap<>();
        service(service)
                .path("environment")
                .properties()
                .forEach(entry -> environment.put(
                        entry.getKey(),
                        entry.getValue()
                                .asText()
                                .replaceFirst("^/(run/secrets|etc/millrace)/", root.toAbsolutePath() + "/")));
        return environment;
    }
}
