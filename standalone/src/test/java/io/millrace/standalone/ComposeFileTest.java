package io.millrace.standalone;

import static io.millrace.standalone.ComposeFile.DEPLOY;
import static io.millrace.standalone.ComposeFile.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.transport.Way;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/docker-compose.yml, and what it mounts, against the code: no container engine is needed for that. */
class ComposeFileTest {
    private static final Set<String> OF_THE_LAUNCHER = Set.of("MILLRACE_HEAP");
    private static final Pattern PINNED = Pattern.compile("[a-z0-9/-]+:v?\\d[\\w.-]*");
    private static final Pattern SERVER =
            Pattern.compile("(?m)^ +server \\S+ ([a-z-]+[0-9]?):(\\d+) .*?check(?: port (\\d+))?$");

    @TempDir
    Path scratch;

    private ComposeFile compose;

    @BeforeEach
    void read() throws IOException {
        compose = new ComposeFile();
        for (String secret :
                List.of("ops-token", "psk-master-key", "database-password", "admin-password", "webhook-secret-key")) {
            Files.writeString(scratch.resolve(secret), "0123456789abcdef".repeat(4));
        }
        Files.createDirectories(scratch.resolve("rules"));
    }

    @Test
    void everyServiceIsStartedAsItsCommandLineSaysWithVariablesThatItReads() {
        assertThat(compose.ours()).containsOnlyKeys("gateway-0", "gateway-1", "rule-engine", "command-service");
        assertThat(gateway("gateway-0").slot()).isZero();
        assertThat(gateway("gateway-1").slot()).isEqualTo(1);
        var unusedEngine = read("rule-engine", 9102, RuleEngineConfig::of);
        var unusedService = read("command-service", 9103, CommandServiceConfig::of);
    }

    private GatewayConfig gateway(String name) {
        return read(name, 9101, GatewayConfig::of);
    }

    private <C> C read(String name, int opsPort, Function<Settings, C> configure) {
        JsonNode service = compose.service(name);
        var unused =
                Millrace.commandLine().parseArgs(texts(service.get("command")).toArray(String[]::new));
        Map<String, String> environment = compose.environment(name, scratch);
        Settings settings = Settings.builder().environment(environment).build();
        OpsConfig ops = OpsConfig.of(settings, opsPort);
        C config = configure.apply(settings);
        settings.finish();
        Set<String> known = settings.keys().stream()
                .map(key -> "MILLRACE_" + key.path().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                .collect(Collectors.toSet());
        known.addAll(OF_THE_LAUNCHER);
        assertThat(known).as(name).containsAll(environment.keySet());

        assertThat(ops.token()).as(name + ": ops.token").isPresent();
        assertThat(texts(service.at("/healthcheck/test")))
                .containsExactly("CMD", "/opt/millrace/ready", Integer.toString(ops.port()));
        environment.values().stream()
                .filter(value -> value.startsWith(scratch + "/"))
                .map(value -> value.substring(scratch.toString().length() + 1))
                .forEach(file -> assertThat(texts(service.path("secrets")).anyMatch(file::equals)
                                || texts(service.path("volumes")).anyMatch(volume -> {
                                    String[] parts = volume.split(":", -1);
                                    return ("/etc/millrace/" + file + "/").startsWith(parts[1] + "/");
                                }))
                        .as(name + " has no " + file)
                        .isTrue());
        return config;
    }

    @Test
    void imagesArePinnedCheckedAndLimited() {
        compose.services().forEach((name, service) -> {
            if (!compose.ours().containsKey(name)) {
                assertThat(service.path("image").asText()).as(name).matches(PINNED);
            } else {
                assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
                assertThat(texts(service.path("cap_drop"))).as(name).containsExactly("ALL");
            }
            assertThat(texts(service.at("/healthcheck/test"))).as(name).startsWith("CMD");
            for (String key : List.of("mem_limit", "restart", "logging", "security_opt")) {
                assertThat(service.has(key)).as(name + ": " + key).isTrue();
            }
            service.path("depends_on").fieldNames().forEachRemaining(needed -> assertThat(compose.services())
                    .containsKey(needed));
        });
        String kafka = compose.service("kafka").path("image").asText();
        assertThat(kafka).isEqualTo("apache/kafka:" + org.apache.kafka.common.utils.AppInfoParser.getVersion());
    }

    @Test
    void whatIsMountedIsThereOrMadeByPrepare() throws IOException {
        String prepare = Files.readString(DEPLOY.resolve("prepare"));
        Set<String> used = new TreeSet<>();
        for (JsonNode service : compose.services().values()) {
            texts(service.path("volumes"))
                    .map(volume -> volume.split(":", -1)[0])
                    .filter(from -> from.startsWith("./") && !from.startsWith("./secrets/"))
                    .forEach(from -> assertThat(DEPLOY.resolve(from)).exists());
            texts(service.path("secrets")).forEach(used::add);
        }
        assertThat(compose.root.get("secrets").fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(used);
        for (String secret : used) {
            assertThat(prepare).contains(" " + secret);
            assertThat(compose.root.at("/secrets/" + secret + "/file").asText()).isEqualTo("./secrets/" + secret);
        }
        assertThat(Files.readString(Path.of("..", ".gitignore"))).contains("deploy/secrets/", "deploy/authority/");
    }

    @Test
    void whatHasNoTlsIsPublishedOnLoopbackOnly() {
        Set<Integer> tls = Set.of(8883, 8884, 8084, 8443, 9443);
        String text = compose.services().values().stream()
                .flatMap(service -> texts(service.path("ports")))
                .collect(Collectors.joining("\n"));
        assertThat(text.lines()).hasSize(12).allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
        assertThat(DEPLOY.resolve("docker-compose.yml")).content().satisfies(file -> {
            Set<Integer> open = Pattern.compile("\\{MILLRACE_BIND:-127\\.0\\.0\\.1}:(\\d+):")
                    .matcher(file)
                    .results()
                    .map(found -> Integer.valueOf(found.group(1)))
                    .collect(Collectors.toSet());
            assertThat(open).isEqualTo(tls);
        });
    }

    /** Each way in of a gateway has its HAProxy listener and the other way round; each is asked at its ops port. */
    @Test
    void haproxyLeadsToThePortsThatServicesListenOn() throws IOException {
        GatewayConfig config = gateway("gateway-0");
        Settings settings = Settings.builder().build();
        var unused = GatewayConfig.of(settings);
        Set<String> expected = new TreeSet<>(Set.of("command-service:8080 9103"));
        for (Way way : config.ways()) {
            String port = settings.keys().stream()
                    .filter(key -> key.path().equals(way.setting()))
                    .findFirst()
                    .orElseThrow()
                    .defaultText();
            expected.add("gateway-0:" + port + " 9101");
            expected.add("gateway-1:" + port + " 9101");
        }
        Set<String> found = SERVER.matcher(Files.readString(DEPLOY.resolve("haproxy/haproxy.cfg")))
                .results()
                .map((MatchResult server) -> server.group(1) + ":" + server.group(2) + " " + server.group(3))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).isEqualTo(expected);
        String address =
                compose.service("haproxy").at("/networks/front/ipv4_address").asText();
        assertThat(compose.environment("gateway-0", scratch))
                .containsEntry("MILLRACE_MQTT_PROXY_PROTOCOL_FROM", address)
                .containsEntry("MILLRACE_HTTP_PROXY_PROTOCOL_FROM", address);
    }

    @Test
    void prometheusAsksEveryServiceAtItsOpsPort() throws IOException {
        JsonNode config = ComposeFile.yaml(Files.readString(DEPLOY.resolve("prometheus/prometheus.yml")));
        Set<String> asked = config.findValues("targets").stream()
                .flatMap(ComposeFile::texts)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ours = compose.ours().entrySet().stream()
                .map(service -> service.getKey() + ":"
                        + service.getValue().at("/healthcheck/test/2").asText())
                .collect(Collectors.toSet());
        assertThat(asked).containsAll(ours);
        asked.forEach(target -> assertThat(compose.services()).containsKey(target.split(":", -1)[0]));
    }
}
