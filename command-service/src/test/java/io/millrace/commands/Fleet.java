package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Command services of one fleet on neighbours of its own, with the ways in which tests talk to them. */
final class Fleet implements AutoCloseable {
    private final Settings.Builder settings;
    private final List<CommandService> services = new CopyOnWriteArrayList<>();
    private final List<FakeGateway> gateways = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Health health = new Health();
    private String key = "";

    Fleet(Settings.Builder settings) {
        this.settings = settings;
    }

    /** With one service, and an admin's API key for {@link #call}. */
    static Fleet start() throws SQLException {
        return start(Neighbours.get().newFleet());
    }

    static Fleet start(Settings.Builder settings) {
        Fleet fleet = new Fleet(settings);
        fleet.addService();
        fleet.key = fleet.services
                .get(0)
                .firstAccess()
                .createApiKeyIfAbsent("test", Role.ADMIN)
                .orElseThrow();
        return fleet;
    }

    String key() {
        return key;
    }

    CommandServiceConfig config() {
        return CommandServiceConfig.of(settings.build());
    }

    KafkaSettings kafka() {
        return config().kafka();
    }

    Topics topics() {
        return new Topics(kafka().topicPrefix());
    }

    CommandService addService() {
        CommandService service = new CommandService(config(), meters, health, Clock.systemUTC());
        service.start();
        services.add(service);
        service.ready().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        await().atMost(Duration.ofSeconds(30)).until(() -> health.notReady().isEmpty());
        return service;
    }

    void stop(CommandService service) {
        services.remove(service);
        service.close();
    }

    CommandService service() {
        return services.get(0);
    }

    FakeGateway gateway(int slot) {
        FakeGateway gateway = new FakeGateway(kafka(), slot);
        gateways.add(gateway);
        return gateway;
    }

    /** A registered device. */
    String device(String id) {
        assertThat(service().firstAccess().createDeviceIfAbsent(new DeviceId(id), Optional.empty(), java.util.Map.of()))
                .isPresent();
        return id;
    }

    /** An answer of the API. */
    record Reply(int status, JsonNode json, HttpResponse<byte[]> http) {}

    Reply call(String method, String path, String body) {
        return callWith("Bearer " + key, method, path, body);
    }

    Reply call(String method, String path) {
        return call(method, path, "");
    }

    Reply callWith(String authorization, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + service().httpPort() + "/api/v1" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(20));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean json = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            JsonNode body = json
                    ? Json.read(response.body(), JsonNode.class)
                    : Json.mapper().nullNode();
            return new Reply(response.statusCode(), body, response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends over REST; the command's id. */
    String send(String device, String payload) {
        Reply reply = call("POST", "/devices/" + device + "/commands", "{\"payload\":\"" + payload + "\"}");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(202);
        return reply.json().get("commandId").asText();
    }

    JsonNode command(String id) {
        Reply reply = call("GET", "/commands/" + id);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.json();
    }

    String status(String commandId) {
        Reply reply = call("GET", "/commands/" + commandId);
        return reply.status() == 200 ? reply.json().get("status").asText() : "unknown";
    }

    void awaitStatus(String commandId, String status) {
        await().atMost(Duration.ofSeconds(25))
                .untilAsserted(() -> assertThat(status(commandId)).isEqualTo(status));
    }

    /** What happened to it, by the words of the timeline. */
    List<String> timeline(String commandId) {
        List<String> events = new ArrayList<>();
        command(commandId)
                .get("timeline")
                .forEach(step -> events.add(step.get("event").asText()));
        return events;
    }

    void awaitPresence(String device, boolean connected, boolean ready) {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            JsonNode presence = call("GET", "/devices/" + device).json().path("presence");
            assertThat(presence.path("connected").asBoolean()).isEqualTo(connected);
            assertThat(presence.path("ready").asBoolean()).isEqualTo(ready);
        });
    }

    void awaitLastCloseReason(String device, String reason) {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(call("GET", "/devices/" + device)
                        .json()
                        .at("/presence/lastCloseReason")
                        .asText())
                .isEqualTo(reason));
    }

    double count(String meter, String tag, String value) {
        return meters.get(meter).tag(tag, value).counter().count();
    }

    /** As the rule engine writes one. */
    static CommandRequest byRule(String id, String device, String payload, Duration expiresIn) {
        Instant now = Instant.now();
        return new CommandRequest(
                id,
                new DeviceId(device),
                payload.getBytes(StandardCharsets.UTF_8),
                Optional.of("text/plain"),
                CommandRequest.Origin.RULE,
                Optional.of("climate/fan"),
                Optional.of("r1"),
                Optional.of("telemetry/0/7"),
                Optional.empty(),
                1,
                0,
                now,
                now.plus(expiresIn));
    }

    @Override
    public void close() {
        gateways.forEach(FakeGateway::close);
        services.forEach(CommandService::close);
    }
}
