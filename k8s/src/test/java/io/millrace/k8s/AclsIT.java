package io.millrace.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.transport.Way;
import io.millrace.rules.engine.RuleEngine;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import io.millrace.schemas.Topics;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The four services with the rights of the KafkaUsers and no others: each topic is written and read by whoever must. */
@Timeout(150)
class AclsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path dir;

    private static final List<AutoCloseable> running = new ArrayList<>();
    private static Vertx vertx;
    private static String device = "";
    private static String api = "";
    private static String bearer = "";
    private static int mqtt;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        LockedKafka kafka = started(new LockedKafka(dir.resolve("kafka"), Manifests.files()));
        EmbeddedPostgres postgres =
                started(EmbeddedPostgres.start(dir.resolve("postgres"), Path.of("target/postgres-binaries")));
        KafkaSettings admin = KafkaSettings.of(kafka.admin().build());
        KafkaTopics.create(admin, new Topics("").all(admin.partitions(), admin.slots(), (short) 1, admin.retention()));
        Path rules = Files.writeString(dir.resolve("acl.rules.yaml"), """
                rules:
                  - {rule: fan, expr: temperature > 30, send: FAN_ON}
                  - {alert: TooHot, expr: temperature > 40}
                  - {rule: tried, expr: temperature > 30, send: LED_ON, dry_run: true}
                """);

        ServiceProcess engine = process();
        RuleEngine rulesOnly = engine.start(new RuleEngine(
                RuleEngineConfig.of(kafka.settings("rule-engine")
                        .override("rules.path", rules)
                        .build()),
                engine.registry(),
                engine.health(),
                Clock.systemUTC()));
        rulesOnly.offerStatus(engine.ops());

        ServiceProcess process = process();
        CommandService service = process.start(new CommandService(
                CommandServiceConfig.of(database(kafka.settings("command-service"), postgres)
                        .override("history.recorder", "elsewhere")
                        .override(
                                "rules.engines",
                                "http://127.0.0.1:" + engine.ops().port())
                        .override("http.port", 0)
                        .override("admin.password", "admin-password")
                        .build()),
                process.registry(),
                process.health(),
                Clock.systemUTC()));
        ServiceProcess recorder = process();
        var unusedHistory = recorder.start(new CommandService(
                CommandServiceConfig.of(database(kafka.settings("history"), postgres)
                        .override("history.recorder", "only")
                        .build()),
                recorder.registry(),
                recorder.health(),
                Clock.systemUTC()));
        ServiceProcess edge = process();
        Settings.Builder settings = kafka.settings("gateway").override("gateway.slot", 0);
        settings.override("gateway.drain-timeout", "1s");
        for (Way way : Way.values()) {
            settings.override(way.setting(), 0);
        }
        Gateway gateway = edge.start(
                new Gateway(GatewayConfig.of(settings.build()), edge.registry(), edge.health(), Clock.systemUTC()));
        for (ServiceProcess one : List.of(process, recorder, engine, edge)) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(one.health().notReady()).isEmpty());
        }
        device = "http://127.0.0.1:" + gateway.httpPort();
        mqtt = gateway.mqttPort();
        api = "http://127.0.0.1:" + service.httpPort() + "/api/v1";
        bearer = post("/login", "{\"username\":\"admin\",\"password\":\"admin-password\"}")
                .path("token")
                .asText();
    }

    private static ServiceProcess process() {
        return started(new ServiceProcess(new OpsConfig("127.0.0.1", 0, Optional.empty())));
    }

    private static <C extends AutoCloseable> C started(C one) {
        running.add(one);
        return one;
    }

    private static Settings.Builder database(Settings.Builder settings, EmbeddedPostgres postgres) {
        return settings.override("database.url", postgres.url())
                .override("database.user", postgres.user())
                .override("database.password", postgres.password());
    }

    @AfterAll
    static void stop() throws Exception {
        Collections.reverse(running);
        for (AutoCloseable one : running) {
            one.close();
        }
        running.clear();
        wait(vertx.close());
    }

    private static HttpResponse<String> call(String method, String url, String authorization, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(40))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode post(String path, String body) throws Exception {
        HttpResponse<String> answer = call("POST", api + path, "Bearer " + bearer, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return Manifests.JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    private static String get(String path) {
        try {
            return call("GET", api + path, "Bearer " + bearer, "").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private static void eventually(String path, String... texts) {
        await().atMost(LONG).untilAsserted(() -> assertThat(get(path)).contains(texts));
    }

    private static <T> T wait(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static MqttClient connected(String user, String password) throws Exception {
        MqttClient client = MqttClient.create(
                vertx,
                new MqttClientOptions().setClientId(user).setUsername(user).setPassword(password));
        var unused = wait(client.connect(mqtt, "127.0.0.1"));
        return client;
    }

    private static void publish(MqttClient client, String topic, String payload) throws Exception {
        var unused = wait(client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false));
    }

    @Test
    void everyRecordThatMustBeWrittenAndReadIs() throws Exception {
        String secret = post("/devices", "{\"id\":\"board-1\"}").path("secret").asText();
        String telemetry = device + "/devices/board-1/telemetry";
        // The registry comes through Kafka; until then the board is a stranger, which is a diagnostic.
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        call("POST", telemetry, basic("board-1", secret), "{\"temperature\":50}")
                                .statusCode())
                .isEqualTo(202));
        assertThat(call("POST", telemetry, basic("board-1", secret), "no JSON").statusCode())
                .isEqualTo(400);

        eventually("/alerts?state=firing", "TooHot", "board-1");
        eventually("/devices/board-1/commands", "FAN_ON");
        eventually("/devices/board-1/telemetry?fields=temperature", "50");
        MqttClient board = connected("board-1", secret);
        var unused = wait(board.subscribe("devices/board-1/commands", 1));
        eventually("/devices/board-1/commands", "\"delivered\"");
        publish(board, "devices/board-1/state", "{\"firmware\":\"1.2.3\"}");
        eventually("/devices/board-1/state", "1.2.3");

        String operator = post("/api-keys", "{\"name\":\"op\",\"role\":\"operator\"}")
                .path("key")
                .asText();
        await().atMost(LONG).ignoreExceptions().until(() -> connected("op", operator)
                .isConnected());
        publish(connected("op", operator), "devices/board-1/commands", "LED_OFF");
        eventually("/devices/board-1/commands", "LED_OFF");

        String line = post("/api-keys", "{\"name\":\"line\",\"role\":\"provisioning\"}")
                .path("key")
                .asText();
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        call("POST", device + "/provision", "Bearer " + line, "{\"deviceId\":\"board-2\"}")
                                .statusCode())
                .isIn(200, 201));

        var unusedMute = post("/rules/acl/fan/mute", "{}");
        eventually("/devices/board-1/diagnostics", "\"rejected\":1");
    }
}
