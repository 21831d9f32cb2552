package io.millrace.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.transport.Way;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.schemas.Topics;
import io.millrace.standalone.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.ParameterException;

/** A rendered overlay against the code: arguments, settings, ports, probes, times, topics, groups. What does not agree is a problem. */
final class Agreement {
    private final Manifests manifests;
    private final Path scratch;
    private final List<String> problems = new ArrayList<>();

    Agreement(Manifests manifests, Path scratch) {
        this.manifests = manifests;
        this.scratch = scratch;
    }

    List<String> problems() throws IOException {
        for (JsonNode workload : manifests.workloads().toList()) {
            workload(workload);
        }
        new Scalers(manifests, problems).check();
        return problems;
    }

    private void workload(JsonNode workload) throws IOException {
        String name = Manifests.called(workload);
        List<String> arguments = Manifests.each(Manifests.container(workload).path("args"))
                .map(JsonNode::asText)
                .toList();
        try {
            var unused = Millrace.commandLine().parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            problems.add(name + ": " + e.getMessage());
        }
        Mounted mounted =
                new Mounted(manifests, workload, Files.createDirectories(scratch.resolve(name.replace(' ', '-'))));
        if (!arguments.get(0).equals("migrate")) {
            mounted.paths();
        }
        Map<String, Integer> ports = new TreeMap<>();
        switch (arguments.get(0)) {
            case "gateway" -> {
                GatewayConfig config = mounted.read(GatewayConfig::of, 9101);
                ports.put("ops", mounted.port("ops.port", 9101));
                List<Settings.Key> keys = keys();
                for (Way way : config.ways()) {
                    String standard = keys.stream()
                            .filter(key -> key.path().equals(way.setting()))
                            .findFirst()
                            .orElseThrow()
                            .defaultText();
                    ports.put(way.text(), mounted.port(way.setting(), Integer.parseInt(standard)));
                }
                grace(name, workload, config.drain().timeout().toSeconds() + 15);
                kafka(name, config.kafka());
            }
            case "rule-engine" -> {
                RuleEngineConfig config = mounted.read(RuleEngineConfig::of, 9102);
                ports.put("ops", mounted.port("ops.port", 9102));
                if (config.instanceId().isEmpty() && Manifests.pod(workload).isObject()) {
                    problems.add(
                            name + ": no rules.instance-id: a restarted pod would wait for its own session time-out");
                }
                grace(name, workload, 15);
                kafka(name, config.kafka());
            }
            case "command-service" -> {
                CommandServiceConfig config = mounted.read(CommandServiceConfig::of, 9103);
                ports.put("ops", mounted.port("ops.port", 9103));
                if (config.history().recorder() != CommandServiceConfig.Recorder.ONLY) {
                    ports.put("http", config.http().port());
                }
                grace(name, workload, 15);
                kafka(name, config.kafka());
            }
            case "migrate" -> {
                var unusedConfig = mounted.read(CommandServiceConfig::of, 0);
            }
            default -> problems.add(name + ": unknown role " + arguments.get(0));
        }
        mounted.problems.forEach(problem -> problems.add(name + ": " + problem));
        ports(name, workload, ports);
    }

    private static List<Settings.Key> keys() {
        Settings settings = Settings.builder().build();
        var unused = GatewayConfig.of(settings);
        return settings.keys();
    }

    private void ports(String name, JsonNode workload, Map<String, Integer> expected) {
        Map<String, Integer> open = new TreeMap<>();
        Manifests.each(Manifests.container(workload).path("ports"))
                .forEach(port -> open.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        if (!open.equals(expected)) {
            problems.add(name + ": ports " + open + " (expected, by its settings, " + expected + ")");
        }
        JsonNode labels = workload.at("/spec/template/metadata/labels");
        List<JsonNode> services = manifests
                .of("Service")
                .filter(s -> matches(s.at("/spec/selector"), labels))
                .toList();
        for (JsonNode service : services) {
            for (JsonNode port : service.at("/spec/ports")) {
                Integer to = expected.get(port.path("targetPort").asText());
                if (to == null || to != port.path("port").asInt()) {
                    problems.add(Manifests.called(service) + ": " + port + " leads to no port of " + name);
                }
            }
        }
        TreeSet<Integer> letIn = new TreeSet<>();
        manifests
                .of("NetworkPolicy")
                .filter(p -> p.at("/spec/podSelector/matchLabels").size() > 0)
                .filter(p -> matches(p.at("/spec/podSelector/matchLabels"), labels))
                .flatMap(p -> Manifests.each(p.at("/spec/ingress")))
                .flatMap(rule -> Manifests.each(rule.path("ports")))
                .forEach(port -> letIn.add(port.path("port").asInt()));
        if (!letIn.equals(new TreeSet<>(expected.values()))) {
            problems.add(name + ": the network policy lets in at " + letIn + " (expected " + expected + ")");
        }
    }

    /** That the rights are enough is shown by {@code AclsIT}; here that they are of topics that there are, and that each is written. */
    private void rights(Set<String> topics) {
        Set<String> written = new TreeSet<>();
        manifests.of("KafkaUser").forEach(user -> Manifests.each(user.at("/spec/authorization/acls"))
                .filter(acl -> acl.at("/resource/type").asText().equals("topic"))
                .filter(acl -> !acl.at("/resource/patternType").asText().equals("prefix"))
                .forEach(acl -> {
                    String topic = acl.at("/resource/name").asText();
                    if (!topics.contains(topic)) {
                        problems.add(Manifests.called(user) + ": there is no topic " + topic);
                    }
                    if (Manifests.each(acl.path("operations"))
                            .anyMatch(operation -> operation.asText().equals("Write"))) {
                        written.add(topic);
                    }
                }));
        topics.stream()
                .filter(topic -> !written.contains(topic))
                .forEach(topic -> problems.add("KafkaUser: nobody may write topic " + topic));
    }

    static boolean matches(JsonNode selector, JsonNode labels) {
        return selector.size() > 0
                && selector.properties().stream()
                        .allMatch(entry -> entry.getValue().equals(labels.path(entry.getKey())));
    }

    /** preStop, then what the service needs. */
    private void grace(String name, JsonNode workload, long seconds) {
        long before = Manifests.container(workload)
                .at("/lifecycle/preStop/exec/command/1")
                .asLong(0);
        long given =
                Manifests.pod(workload).path("terminationGracePeriodSeconds").asLong(30);
        if (given < before + seconds) {
            problems.add(name + ": terminationGracePeriodSeconds " + given + " (expected at least " + before + " + "
                    + seconds + ")");
        }
    }

    private void kafka(String name, KafkaSettings kafka) {
        if (kafka.createTopics()) {
            problems.add(name + ": kafka.create-topics (the topics are Strimzi's)");
        }
        // Resolves what settings take from files, and refuses what it does not know.
        new ProducerConfig(kafka.producer("k8s", Map.of()));
        Map<String, Map<String, String>> ours = new TreeMap<>();
        new Topics(kafka.topicPrefix())
                .all(kafka.partitions(), kafka.slots(), (short) kafka.replicationFactor(), kafka.retention())
                .forEach(topic -> {
                    Map<String, String> as = new TreeMap<>(topic.configs());
                    as.put("partitions", Integer.toString(topic.numPartitions()));
                    ours.put(topic.name(), as);
                });
        rights(ours.keySet());
        Map<String, Map<String, String>> theirs = new TreeMap<>();
        manifests.of("KafkaTopic").forEach(topic -> {
            Map<String, String> as = new TreeMap<>();
            topic.at("/spec/config")
                    .properties()
                    .forEach(entry -> as.put(entry.getKey(), entry.getValue().asText()));
            int replicas = topic.at("/spec/replicas").asInt();
            int insync = Integer.parseInt(as.getOrDefault("min.insync.replicas", "0"));
            if (insync != Math.max(1, replicas - 1)) {
                problems.add(Manifests.called(topic) + ": min.insync.replicas " + insync + " of " + replicas);
            }
            as.remove("min.insync.replicas");
            as.put("partitions", topic.at("/spec/partitions").asText());
            theirs.put(Manifests.name(topic), as);
        });
        if (!ours.equals(theirs)) {
            ours.forEach((topic, as) -> {
                if (!as.equals(theirs.get(topic))) {
                    problems.add(
                            name + ": KafkaTopic " + topic + " is " + theirs.get(topic) + " (expected " + as + ")");
                }
            });
            theirs.keySet().stream()
                    .filter(topic -> !ours.containsKey(topic))
                    .forEach(topic -> problems.add(name + ": KafkaTopic " + topic + " is used by nobody"));
        }
    }
}
