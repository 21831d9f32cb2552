package io.millrace.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who scales what, by which lag, how far: one scaler for each workload, and no number of replicas beside it. */
final class Scalers {
    private final Manifests manifests;
    private final List<String> problems;

    Scalers(Manifests manifests, List<String> problems) {
        this.manifests = manifests;
        this.problems = problems;
    }

    void check() {
        Set<String> scaled = new HashSet<>();
        RuleEngineConfig rules = RuleEngineConfig.of(Settings.builder().build());
        Map<String, String> groups =
                Map.of("rule-engine", rules.applicationId(), "history", CommandServiceConfig.HISTORY_GROUP);
        for (JsonNode scaler :
                manifests.of("HorizontalPodAutoscaler", "ScaledObject").toList()) {
            String target = scaler.at("/spec/scaleTargetRef/name").asText();
            String kind = scaler.at("/spec/scaleTargetRef/kind").asText();
            String name = Manifests.called(scaler);
            if (!scaled.add(target)) {
                problems.add(name + ": " + target + " has another scaler");
            }
            if (manifests
                    .find(kind, target)
                    .filter(o -> o.at("/spec/replicas").isMissingNode())
                    .isEmpty()) {
                problems.add(name + ": no " + kind + " " + target + " without a number of replicas");
            }
            for (JsonNode trigger : scaler.at("/spec/triggers")) {
                String group = trigger.at("/metadata/consumerGroup").asText();
                if (!group.equals(groups.get(target))
                        || !trigger.at("/metadata/topic").asText().equals(new Topics("").telemetry())) {
                    problems.add(name + ": lag of " + group + " (expected " + groups.get(target) + ")");
                }
            }
            int most = scaler.at("/spec/maxReplicas")
                    .asInt(scaler.at("/spec/maxReplicaCount").asInt());
            String topic = target.equals("gateway") ? "command-dispatch" : "telemetry";
            int partitions = manifests
                    .find("KafkaTopic", topic)
                    .map(t -> t.at("/spec/partitions").asInt())
                    .orElse(0);
            if (most < 1 || most > partitions) {
                problems.add(name + ": at most " + most + " (expected at most the partitions of " + topic + ", "
                        + partitions + ")");
            }
        }
    }
}
