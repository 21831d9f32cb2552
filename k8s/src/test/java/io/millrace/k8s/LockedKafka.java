package io.millrace.k8s;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker that lets each user do what its KafkaUser says and nothing else, as Strimzi's does. Users prove themselves by PLAIN
 * rather than SCRAM: what they may is not touched by that.
 */
final class LockedKafka implements AutoCloseable {
    private static final String ADMIN = "admin";

    private final EmbeddedKafka kafka;

    LockedKafka(Path data, Manifests manifests) throws IOException {
        List<JsonNode> users = manifests.of("KafkaUser").toList();
        String passwords = Stream.concat(Stream.of(ADMIN), users.stream().map(Manifests::name))
                .map(user -> " user_" + user + "=\"" + user + "\"")
                .collect(joining());
        kafka = EmbeddedKafka.start(
                data,
                0,
                Map.of(
                        "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "inter.broker.listener.name", "PLAINTEXT",
                        "sasl.enabled.mechanisms", "PLAIN",
                        "sasl.mechanism.inter.broker.protocol", "PLAIN",
                        "listener.name.plaintext.plain.sasl.jaas.config", login(ADMIN, passwords),
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        // Of the controller's own listener nobody asks a name.
                        "super.users", "User:" + ADMIN + ";User:ANONYMOUS"));
        Map<String, Object> client = new HashMap<>(properties(ADMIN));
        client.put("bootstrap.servers", kafka.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.createAcls(users.stream().flatMap(LockedKafka::rights).toList())
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("the rights cannot be set", e);
        }
    }

    private static Stream<AclBinding> rights(JsonNode user) {
        List<AclBinding> rights = new ArrayList<>();
        for (JsonNode acl : user.at("/spec/authorization/acls")) {
            ResourcePattern of = new ResourcePattern(
                    ResourceType.fromString(acl.at("/resource/type").asText()),
                    acl.at("/resource/name").asText(),
                    acl.at("/resource/patternType").asText().equals("prefix")
                            ? PatternType.PREFIXED
                            : PatternType.LITERAL);
            for (JsonNode operation : acl.path("operations")) {
                AclOperation what = AclOperation.fromString(operation
                        .asText()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                        .toUpperCase(Locale.ROOT));
                if (what == AclOperation.UNKNOWN) {
                    throw new IllegalArgumentException(Manifests.name(user) + ": operation " + operation);
                }
                rights.add(new AclBinding(
                        of,
                        new AccessControlEntry("User:" + Manifests.name(user), "*", what, AclPermissionType.ALLOW)));
            }
        }
        return rights.stream();
    }

    private static String login(String user, String more) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + user + "\"" + more + ";";
    }

    private static Map<String, String> properties(String user) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", login(user, ""));
    }

    /** What a service of that user is told of it. */
    Settings.Builder settings(String user) {
        Settings.Builder settings = Settings.builder()
                .override("kafka.bootstrap-servers", kafka.bootstrapServers())
                .override("kafka.partitions", 4)
                .override("kafka.gateway-slots", 4)
                .override("kafka.replication-factor", 1)
                .override("kafka.create-topics", user.equals(ADMIN));
        properties(user).forEach((name, value) -> settings.override("kafka.properties." + name, value));
        return settings;
    }

    Settings.Builder admin() {
        return settings(ADMIN);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
