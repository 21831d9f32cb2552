package io.millrace.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Objects of Kubernetes, of one file or of a rendered overlay. Read only. */
record Manifests(List<JsonNode> objects) {
    static final ObjectMapper JSON = new ObjectMapper();

    static Manifests parse(String yaml) {
        List<JsonNode> objects = new ArrayList<>();
        for (Object object : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
            if (object != null) {
                objects.add(JSON.valueToTree(object));
            }
        }
        return new Manifests(objects);
    }

    /** All files as they are, without what Kustomize does with them. */
    static Manifests files() {
        try (Stream<Path> files = Files.walk(Path.of("."))) {
            List<JsonNode> all = new ArrayList<>();
            for (Path file : files.filter(Manifests::isManifest).sorted().toList()) {
                all.addAll(parse(Files.readString(file)).objects());
            }
            return new Manifests(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isManifest(Path file) {
        String path = file.toString();
        return path.matches("\\./(base|overlays/[a-z]+)/[a-z-]+\\.yaml") && !path.endsWith("kustomization.yaml");
    }

    Stream<JsonNode> of(String... kinds) {
        List<String> wanted = List.of(kinds);
        return objects.stream().filter(o -> wanted.contains(o.path("kind").asText()));
    }

    Optional<JsonNode> find(String kind, String name) {
        return of(kind).filter(o -> name(o).equals(name)).findFirst();
    }

    /** Millrace's own: what has pods of the image. */
    Stream<JsonNode> workloads() {
        return of("StatefulSet", "Deployment", "Job");
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static String called(JsonNode object) {
        return object.path("kind").asText() + " " + name(object);
    }

    static JsonNode pod(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    static JsonNode container(JsonNode workload) {
        return pod(workload).at("/containers/0");
    }

    static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
