package io.millrace.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays as {@code kubectl kustomize} renders them. Without a kubectl that part is skipped, aloud; the files are still read. */
class ManifestsTest {
    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();
    private static final Pattern METRIC = Pattern.compile("\\b((?:gateway|rules|commands)_[a-z_]+)");

    @TempDir
    Path scratch;

    @Test
    void everyFileIsOfKubernetesModelAsItStands() {
        assertThat(new StrictModel().problems(Manifests.files())).isEmpty();
        assertThat(Manifests.files().objects()).hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void anOverlayIsOfTheModelAndAgreesWithTheCode(String overlay) throws IOException {
        assertThat(problems(rendered(overlay))).isEmpty();
    }

    @Test
    void anOldKubectlIsNamedWithTheOneThatIsNeeded() {
        assertThat(new Kubectl("no-kubectl-here").unfit()).contains("there is no no-kubectl-here");
        String debian = "{\"clientVersion\":{\"major\":\"1\",\"minor\":\"20+\",\"gitVersion\":\"v1.20.2\"}}";
        assertThat(Kubectl.unfit(debian)).contains("kubectl is v1.20.2 (expected 1.27 or later)");
        assertThat(Kubectl.unfit(debian.replace("20", "32"))).isEmpty();
        assertThat(Kubectl.unfit("Client Version: v1.20.2")).isPresent();
    }

    @Test
    void everyPageThatIsProbedIsThere() throws Exception {
        Health health = new Health();
        try (OpsServer ops = new OpsServer(
                "127.0.0.1", 0, Optional.empty(), health, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            ops.start();
            for (String path : List.of("/live", "/ready", "/metrics")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ops.port() + path))
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void everyMetricInAlertsAndScalersIsOneOfOurs() throws IOException {
        String sources = sources();
        List<String> used = Manifests.files()
                .of("PrometheusRule", "HorizontalPodAutoscaler")
                .flatMap(
                        object -> METRIC.matcher(object.path("spec").toString()).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(used).contains("gateway_sessions").allSatisfy(metric -> assertThat(sources)
                .contains("\"" + metric.replaceAll("_(total|seconds)$", "").replace('_', '.') + "\""));
    }

    /** Each line breaks one thing: kind, name, pointer to an object, field, new value (JSON), word of the complaint. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "StatefulSet | gateway | /spec | replica | 3 | replica",
                "StatefulSet | gateway | /spec/template/spec | terminationGracePeriodSeconds | 80 | expected at least 10 + 75",
                "StatefulSet | gateway | /spec/template/spec/containers/0/ports/0 | containerPort | 1884 | ports",
                "StatefulSet | gateway | /spec/template/spec/containers/0/readinessProbe/httpGet | path | \"/live\" | readinessProbe",
                "StatefulSet | gateway | /spec/template/spec/containers/0/env/0 | name | \"MILLRACE_GATEWAY_SLOTS\" | read by nobody",
                "StatefulSet | gateway | /spec/template/spec | enableServiceLinks | true | enableServiceLinks",
                "StatefulSet | gateway | /spec/template/spec/volumes/2/secret/items/0 | key | \"token\" | nobody makes token",
                "StatefulSet | gateway | /spec/template/spec/volumes/3/secret/items/0 | path | \"cert.pem\" | nothing is mounted",
                "StatefulSet | rule-engine | /spec/template/spec/containers/0/volumeMounts/3 | mountPath | \"/etc/millrace/rule\" | nothing is mounted",
                "Deployment | command-service | /spec/template/spec/containers/0 | args | [\"command-service\",\"--conf\",\"/etc/millrace/config/command-service.yaml\"] | --conf",
                "Deployment | history | /spec/template/spec/containers/0/env/0 | value | \"always\" | expected here, elsewhere or only",
                "Service | gateway | /spec/ports/0 | port | 1883 | leads to no port",
                "NetworkPolicy | rule-engine | /spec/ingress/0/ports/0 | port | 9103 | lets in",
                "KafkaTopic | telemetry | /spec | partitions | 16 | KafkaTopic telemetry",
                "KafkaTopic | device-registry | /spec/config | cleanup.policy | \"delete\" | KafkaTopic device-registry",
                "KafkaTopic | alerts | /spec/config | min.insync.replicas | 3 | min.insync.replicas",
                "KafkaUser | gateway | /spec/authorization/acls/0/resource | name | \"registry\" | there is no topic registry",
                "KafkaUser | rule-engine | /spec/authorization | acls | [] | nobody may write topic alerts",
                "Kafka | millrace | /spec/kafka | listener | [\"x\"] | unknown field spec.kafka.listener",
                "ScaledObject | history | /spec/triggers/0/metadata | consumerGroup | \"history\" | lag of history",
                "ScaledObject | history | /spec/scaleTargetRef | name | \"rule-engine\" | another scaler",
                "HorizontalPodAutoscaler | gateway | /spec | maxReplicas | 65 | at most 65",
                "Certificate | gateway | /spec | dnsName | \"x\" | dnsName",
                "ServiceMonitor | gateway | /spec/endpoints/0 | paths | \"/metrics\" | paths",
                "Namespace | millrace | /metadata/labels | pod-security.kubernetes.io/enforce | \"baseline\" | restricted"
            })
    void whatIsBrokenIsSaid(String kind, String name, String at, String field, String value, String complaint)
            throws IOException {
        Manifests good = rendered("production");
        Manifests broken = new Manifests(
                good.objects().stream().map(o -> o.<ObjectNode>deepCopy()).collect(Collectors.toList()));
        ObjectNode object = (ObjectNode) broken.find(kind, name).orElseThrow().at(at);
        object.set(field, Manifests.JSON.readTree(value));

        assertThat(problems(broken)).anyMatch(problem -> problem.contains(complaint));
    }

    @Test
    void aSettingThatNoServiceReadsIsSaid() throws IOException {
        Manifests good = rendered("production");
        for (var map : good.of("ConfigMap").toList()) {
            ObjectNode data = (ObjectNode) map.path("data");
            data.properties()
                    .forEach(file -> file.setValue(Manifests.JSON
                            .getNodeFactory()
                            .textNode("mqttt: 1\n" + file.getValue().asText())));
        }
        RENDERED.remove("production");

        assertThat(problems(good))
                .anyMatch(problem -> problem.contains("StatefulSet gateway") && problem.contains("mqttt: unknown key"));
    }

    private List<String> problems(Manifests manifests) throws IOException {
        List<String> all = new ArrayList<>(new StrictModel().problems(manifests));
        all.addAll(new Hardening(manifests, Files.readString(Path.of("secrets"))).problems());
        all.addAll(new Agreement(manifests, scratch).problems());
        return all;
    }

    private static Manifests rendered(String overlay) {
        Kubectl kubectl = new Kubectl("kubectl");
        Optional<String> unfit = kubectl.unfit();
        unfit.ifPresent(why -> System.out.println(why + ": overlay " + overlay + " is not rendered and not compared"));
        assumeTrue(unfit.isEmpty(), () -> unfit.orElse(""));
        return RENDERED.computeIfAbsent(overlay, name -> Manifests.parse(kubectl.kustomize("overlays/" + name)));
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : List.of("ingest-gateway", "rule-engine", "command-service")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }
}
