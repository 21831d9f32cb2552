package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.AlertEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fleet whose alerts and commands are told to receivers on this host. */
final class WebhookRig implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);

    final Fleet fleet;
    final FakeGateway gateway;

    WebhookRig(Settings.Builder settings) {
        fleet = Fleet.start(settings.override("webhooks.reach", "loopback")
                .override("webhooks.retry-after", "200ms")
                .override("webhooks.external-url", "https://millrace.example.org/"));
        gateway = fleet.gateway(0);
    }

    /**
     * A webhook with its secret.
     *
     * @param events an array
     * @param filter a field that says what is told
     */
    JsonNode create(String name, Receiver receiver, String events, String filter) {
        Reply reply = fleet.call(
                "POST",
                "/webhooks",
                "{\"name\":\"" + name + "\",\"url\":\"" + receiver.url() + "\",\"events\":" + events + "," + filter
                        + "}");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        return reply.json();
    }

    static String path(JsonNode webhook) {
        return "/webhooks/" + webhook.get("id").asText();
    }

    JsonNode webhook(JsonNode webhook) {
        return fleet.call("GET", path(webhook)).json();
    }

    void remove(JsonNode webhook) {
        assertThat(fleet.call("DELETE", path(webhook)).status()).isEqualTo(204);
    }

    void send(AlertEvent event) {
        var unused = gateway.send(FakeAlerts.record(fleet, event));
    }

    static void awaitReceived(Receiver receiver, int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.received).hasSize(count));
    }

    List<JsonNode> deliveries(JsonNode webhook) {
        List<JsonNode> items = new ArrayList<>();
        fleet.call("GET", path(webhook) + "/deliveries").json().path("items").forEach(items::add);
        return items;
    }

    void awaitDeliveries(JsonNode webhook, String... newestFirst) {
        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries(webhook).stream()
                        .map(one -> one.get("status").asText()))
                .containsExactly(newestFirst));
    }

    void awaitAllDelivered(JsonNode webhook, int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries(webhook).stream()
                        .filter(one -> one.get("status").asText().equals("delivered")))
                .hasSize(count));
    }

    @Override
    public void close() {
        fleet.close();
    }
}
