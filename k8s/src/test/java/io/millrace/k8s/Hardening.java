package io.millrace.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What every pod and namespace of ours must have: probes, bounds, no rights, secrets that somebody makes and nobody writes down. */
final class Hardening {
    private static final Map<String, String> POD = Map.of(
            "/automountServiceAccountToken", "false",
            "/enableServiceLinks", "false",
            "/securityContext/runAsNonRoot", "true",
            "/securityContext/seccompProfile/type", "RuntimeDefault");
    private static final Map<String, String> CONTAINER = Map.of(
            "/securityContext/allowPrivilegeEscalation", "false",
            "/securityContext/readOnlyRootFilesystem", "true",
            "/securityContext/capabilities/drop/0", "ALL");
    private static final Map<String, String> PROBES =
            Map.of("startupProbe", "/live", "livenessProbe", "/live", "readinessProbe", "/ready");

    private final Manifests manifests;
    private final String script;
    private final List<String> problems = new ArrayList<>();

    /** @param script that makes the Secret {@code millrace} */
    Hardening(Manifests manifests, String script) {
        this.manifests = manifests;
        this.script = script;
    }

    List<String> problems() {
        manifests.of("Secret").forEach(s -> problems.add(Manifests.called(s) + ": a secret written down"));
        if (manifests.of("Namespace").noneMatch(n -> n.at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                .asText()
                .equals("restricted"))) {
            problems.add("the namespace does not enforce restricted");
        }
        if (manifests
                .of("NetworkPolicy")
                .noneMatch(p -> p.at("/spec/podSelector").isEmpty()
                        && p.at("/spec/policyTypes").size() == 2
                        && p.at("/spec/ingress").isMissingNode()
                        && p.at("/spec/egress").isMissingNode())) {
            problems.add("no network policy denies all by default");
        }
        manifests.workloads().forEach(this::workload);
        return problems;
    }

    private void workload(JsonNode workload) {
        String name = Manifests.called(workload);
        JsonNode container = Manifests.container(workload);
        expect(name, Manifests.pod(workload), POD);
        expect(name, container, CONTAINER);
        if (!container.at("/resources/limits/memory").equals(container.at("/resources/requests/memory"))) {
            problems.add(name + ": memory is not what is asked for");
        }
        if (!container.path("image").asText().startsWith("millrace:")) {
            problems.add(name + ": image " + container.path("image"));
        }
        if (!workload.path("kind").asText().equals("Job")) {
            PROBES.forEach((probe, path) -> expect(
                    name,
                    container,
                    Map.of("/" + probe + "/httpGet/path", path, "/" + probe + "/httpGet/port", "ops")));
            JsonNode labels = workload.at("/spec/template/metadata/labels");
            if (manifests
                    .of("PodDisruptionBudget")
                    .noneMatch(b -> Agreement.matches(b.at("/spec/selector/matchLabels"), labels))) {
                problems.add(name + ": no PodDisruptionBudget");
            }
            if (Manifests.pod(workload).path("topologySpreadConstraints").size() < 2) {
                problems.add(name + ": not spread over zones and nodes");
            }
        }
        Map<String, Set<String>> made = made();
        for (JsonNode volume : Manifests.pod(workload).path("volumes")) {
            String secret = volume.at("/secret/secretName").asText();
            for (JsonNode item : volume.at("/secret/items")) {
                String key = item.path("key").asText();
                if (!made.getOrDefault(secret, Set.of()).contains(key)) {
                    problems.add(name + ": nobody makes " + key + " of the Secret " + secret);
                }
            }
        }
    }

    private void expect(String name, JsonNode at, Map<String, String> values) {
        values.forEach((path, value) -> {
            if (!at.at(path).asText().equals(value)) {
                problems.add(name + ": " + path + " is \"" + at.at(path).asText() + "\" (expected " + value + ")");
            }
        });
    }

    /** Secrets by name, with their keys: those of the script and of the operators. */
    private Map<String, Set<String>> made() {
        Map<String, Set<String>> made = new TreeMap<>();
        Set<String> ours = new TreeSet<>();
        script.lines()
                .filter(line -> line.startsWith("for name in "))
                .flatMap(line -> Stream.of(line.substring(12, line.indexOf(';')).split(" ")))
                .forEach(ours::add);
        made.put("millrace", ours);
        manifests
                .of("Certificate")
                .forEach(c -> made.put(c.at("/spec/secretName").asText(), Set.of("tls.crt", "tls.key", "ca.crt")));
        manifests.of("KafkaUser").forEach(u -> made.put(Manifests.name(u), Set.of("password", "sasl.jaas.config")));
        manifests.of("Kafka").forEach(k -> made.put(Manifests.name(k) + "-cluster-ca-cert", Set.of("ca.crt")));
        manifests.of("Cluster").forEach(c -> {
            made.put(Manifests.name(c) + "-app", Set.of("username", "password"));
            made.put(Manifests.name(c) + "-ca", Set.of("ca.crt"));
        });
        return made;
    }
}
