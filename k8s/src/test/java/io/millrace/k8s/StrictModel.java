package io.millrace.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Kubernetes takes: its own kinds by fabric8's model, those of operators without one by {@code fields.txt}. An unknown field is an error. */
final class StrictModel {
    private static final ObjectMapper STRICT = new ObjectMapper().setAnnotationIntrospector(new NothingUnknown());

    /** By name: to compile against these classes is to be warned of annotations that are not there. */
    private static final Map<String, String> MODELS = Map.ofEntries(
            Map.entry("v1 Namespace", "io.fabric8.kubernetes.api.model.Namespace"),
            Map.entry("v1 Service", "io.fabric8.kubernetes.api.model.Service"),
            Map.entry("v1 ConfigMap", "io.fabric8.kubernetes.api.model.ConfigMap"),
            Map.entry("apps/v1 StatefulSet", "io.fabric8.kubernetes.api.model.apps.StatefulSet"),
            Map.entry("apps/v1 Deployment", "io.fabric8.kubernetes.api.model.apps.Deployment"),
            Map.entry("batch/v1 Job", "io.fabric8.kubernetes.api.model.batch.v1.Job"),
            Map.entry("policy/v1 PodDisruptionBudget", "io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget"),
            Map.entry(
                    "networking.k8s.io/v1 NetworkPolicy",
                    "io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy"),
            Map.entry("networking.k8s.io/v1 Ingress", "io.fabric8.kubernetes.api.model.networking.v1.Ingress"),
            Map.entry(
                    "autoscaling/v2 HorizontalPodAutoscaler",
                    "io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler"),
            Map.entry("cert-manager.io/v1 Certificate", "io.fabric8.certmanager.api.model.v1.Certificate"),
            Map.entry("cert-manager.io/v1 Issuer", "io.fabric8.certmanager.api.model.v1.Issuer"),
            Map.entry(
                    "monitoring.coreos.com/v1 ServiceMonitor",
                    "io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor"),
            Map.entry("monitoring.coreos.com/v1 PodMonitor", "io.fabric8.openshift.api.model.monitoring.v1.PodMonitor"),
            Map.entry(
                    "monitoring.coreos.com/v1 PrometheusRule",
                    "io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule"));

    private final Map<String, Map<String, String>> fields = fields();

    /** The model would keep what it does not know. */
    private static final class NothingUnknown extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    List<String> problems(Manifests manifests) {
        List<String> problems = new ArrayList<>();
        for (JsonNode object : manifests.objects()) {
            String kind = object.path("apiVersion").asText() + " "
                    + object.path("kind").asText();
            String model = MODELS.get(kind);
            Map<String, String> known = fields.get(kind);
            if (model != null) {
                try {
                    var unused = STRICT.treeToValue(object, Class.forName(model));
                } catch (JsonProcessingException e) {
                    problems.add(Manifests.called(object) + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                } catch (ClassNotFoundException e) {
                    throw new IllegalStateException(e);
                }
            } else if (known != null) {
                walk(object.path("spec"), "spec", known, Manifests.called(object), problems);
            } else {
                problems.add(Manifests.called(object) + ": no model of " + kind);
            }
        }
        return problems;
    }

    private static void walk(
            JsonNode value, String path, Map<String, String> known, String object, List<String> problems) {
        if (value.isObject()) {
            value.properties().forEach(field -> {
                if (!known.containsKey(path + ".*")) {
                    walk(field.getValue(), path + "." + field.getKey(), known, object, problems);
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> walk(item, path + "[]", known, object, problems));
        } else {
            String type = known.get(path);
            if (type == null) {
                problems.add(
                        object + ": unknown field " + path + " (look it up in the CRD, then add it to fields.txt)");
            } else if (!type.equals("any")
                    && !type.equals(value.getNodeType().name().toLowerCase(java.util.Locale.ROOT))
                    && !(type.equals("integer") && value.isIntegralNumber())) {
                problems.add(object + ": " + path + " is " + value + " (expected " + type + ")");
            }
        }
    }

    private static Map<String, Map<String, String>> fields() {
        Map<String, Map<String, String>> all = new HashMap<>();
        try (InputStream in = StrictModel.class.getResourceAsStream("/fields.txt")) {
            if (in == null) {
                throw new IllegalStateException("no fields.txt");
            }
            Map<String, String> current = new TreeMap<>();
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                if (line.startsWith("  ")) {
                    int colon = line.lastIndexOf(": ");
                    current.put(line.substring(2, colon), line.substring(colon + 2));
                } else if (!line.startsWith("#")) {
                    current = new TreeMap<>();
                    all.put(line, current);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
