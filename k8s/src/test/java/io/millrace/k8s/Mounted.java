package io.millrace.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pod's files as the kubelet would lay them out, below a directory, and its settings as the service itself reads them there. Secrets are made up.
 */
final class Mounted {
    private static final String ROOT = "/etc/millrace";
    private static final Pattern PATH = Pattern.compile("^ *([a-z.-]+): (" + ROOT + "/\\S+)", Pattern.MULTILINE);

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    final List<String> problems = new ArrayList<>();
    private final Path config;

    Mounted(Manifests manifests, JsonNode workload, Path root) throws IOException {
        this.root = root;
        JsonNode container = Manifests.container(workload);
        for (JsonNode mount : container.path("volumeMounts")) {
            JsonNode volume = Manifests.each(Manifests.pod(workload).path("volumes"))
                    .filter(v -> v.path("name").equals(mount.path("name")))
                    .findFirst()
                    .orElse(Manifests.JSON.nullNode());
            lay(manifests, volume, mount);
        }
        for (JsonNode variable : container.path("env")) {
            String value = variable.has("value") ? variable.path("value").asText() : "0";
            environment.put(variable.path("name").asText(), value.replace(ROOT, root.toString()));
        }
        config = here(Manifests.each(container.path("args"))
                .map(JsonNode::asText)
                .filter(argument -> argument.startsWith(ROOT))
                .findFirst()
                .orElse("no --config"));
    }

    private Path here(String path) {
        return Path.of(path.replace(ROOT, root.toString()));
    }

    private void lay(Manifests manifests, JsonNode volume, JsonNode mount) throws IOException {
        String path = mount.path("mountPath").asText();
        if (!path.startsWith(ROOT)) {
            return;
        }
        Path directory = Files.createDirectories(here(path));
        if (volume.has("configMap")) {
            String name = volume.at("/configMap/name").asText();
            JsonNode data =
                    manifests.find("ConfigMap", name).map(m -> m.path("data")).orElse(Manifests.JSON.nullNode());
            if (data.isNull()) {
                problems.add("no ConfigMap " + name);
            }
            for (Map.Entry<String, JsonNode> file : data.properties()) {
                Files.writeString(
                        directory.resolve(file.getKey()),
                        file.getValue().asText().replace(ROOT, root.toString()));
            }
            if (mount.has("subPath")) {
                problems.add(path + ": a subPath never changes");
            }
        }
        for (JsonNode item : volume.at("/secret/items")) {
            Files.writeString(directory.resolve(item.path("path").asText()), "0123456789abcdef".repeat(4));
        }
    }

    /** What the service makes of it; what it does not take is a problem. */
    <C> C read(Function<Settings, C> service, int opsPort) {
        try {
            Settings settings =
                    Settings.builder().file(config).environment(environment).build();
            var unusedOps = OpsConfig.of(settings, opsPort);
            C read = service.apply(settings);
            List<String> known =
                    settings.keys().stream().map(key -> variable(key.path())).toList();
            environment.keySet().stream()
                    .filter(name -> !known.contains(name) && !launcher().contains("{" + name + ":"))
                    .forEach(name -> problems.add(name + " is read by nobody"));
            settings.finish();
            return read;
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            return service.apply(Settings.builder().build());
        }
    }

    /** Of the ops port and of any other that has a key of its own. */
    int port(String key, int standard) {
        return Settings.builder().file(config).environment(environment).build().port(key, standard, "");
    }

    /** Files that settings name must be there, but for those that the environment takes back. */
    void paths() {
        try {
            Matcher named = PATH.matcher(Files.readString(config).replace(root.toString(), ROOT));
            while (named.find()) {
                if (!named.group(1).endsWith("-file") && !Files.exists(here(named.group(2)))) {
                    problems.add(named.group(1) + ": nothing is mounted at " + named.group(2));
                }
            }
        } catch (IOException e) {
            problems.add("no configuration file at " + config);
        }
    }

    private static String variable(String key) {
        return "MILLRACE_" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static String launcher() {
        try {
            return Files.readString(Path.of("..", "millrace"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
