package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How webhooks are delivered: to good, slow, failing, dead and redirecting receivers. */
@Timeout(90)
class WebhookDeliveryIT {
    private static WebhookRig rig;

    @BeforeAll
    static void start() throws SQLException {
        rig = new WebhookRig(Neighbours.get().newFleet());
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void whatFailsIsTriedAgainWithTheSameIdAndNobodyHearsOfTheEndFirst() {
        try (Receiver receiver =
                new Receiver((exchange, n) -> exchange.sendResponseHeaders(n == 1 ? 500 : n == 2 ? 404 : 200, -1))) {
            JsonNode webhook =
                    rig.create("flaky", receiver, "[\"alert.firing\",\"alert.resolved\"]", "\"devices\":[\"flaky\"]");
            rig.send(FakeAlerts.firing("flaky-1", "flaky"));
            rig.send(FakeAlerts.resolved("flaky-1", "flaky"));
            WebhookRig.awaitReceived(receiver, 4);

            List<String> ids = receiver.received.stream()
                    .map(one -> one.header("webhook-id"))
                    .toList();
            assertThat(ids.subList(0, 3).stream().distinct()).hasSize(1);
            assertThat(ids.get(3)).isNotEqualTo(ids.get(0));
            assertThat(receiver.received.get(3).json().get("status").asText()).isEqualTo("resolved");
            rig.awaitDeliveries(webhook, "delivered", "delivered");
            assertThat(rig.deliveries(webhook).get(1).get("attempt").asInt()).isEqualTo(3);
            rig.remove(webhook);
        }
    }

    @Test
    void redirectsAreNotFollowedNorAreAddressesOfMetadataServicesReached() {
        try (Receiver target = new Receiver();
                Receiver receiver = new Receiver((exchange, n) -> {
                    exchange.getResponseHeaders().add("Location", target.url());
                    exchange.sendResponseHeaders(302, -1);
                })) {
            JsonNode webhook = rig.create("redirecting", receiver, "[\"command.failed\"]", "\"devices\":[\"x\"]");
            Reply tested =
                    rig.fleet.call("POST", "/webhooks/" + webhook.get("id").asText() + "/test");
            assertThat(tested.status()).isEqualTo(200);
            assertThat(tested.json().get("status").asText()).isEqualTo("failed");
            assertThat(tested.json().get("error").asText()).contains("redirects are not followed");
            assertThat(receiver.received.get(0).json().get("type").asText()).isEqualTo("webhook.test");
            assertThat(target.received).isEmpty();

            Reply moved = rig.fleet.call(
                    "PATCH",
                    "/webhooks/" + webhook.get("id").asText(),
                    "{\"url\":\"http://169.254.169.254/latest/meta-data\"}");
            assertThat(moved.status()).as(moved.json().toString()).isEqualTo(200);
            Reply again =
                    rig.fleet.call("POST", "/webhooks/" + webhook.get("id").asText() + "/test");
            assertThat(again.json().get("error").asText()).contains("may not go");
            rig.remove(webhook);
        }
    }

    @Test
    void aSlowReceiverKeepsNobodyWaitingButHimself() {
        CountDownLatch patience = new CountDownLatch(1);
        try (Receiver quick = new Receiver();
                Receiver slow = new Receiver((exchange, n) -> {
                    var unused = patience.await(8, TimeUnit.SECONDS);
                    exchange.sendResponseHeaders(200, -1);
                })) {
            JsonNode slowOne = rig.create("slow", slow, "[\"alert.firing\"]", "\"devices\":[\"many\"]");
            JsonNode quickOne = rig.create("quick", quick, "[\"alert.firing\"]", "\"devices\":[\"many\"]");
            for (int i = 0; i < 20; i++) {
                rig.send(FakeAlerts.firing("many-" + i, "many"));
            }
            WebhookRig.awaitReceived(quick, 20);
            assertThat(slow.received.size()).as("at once").isBetween(1, 4);
            patience.countDown();
            WebhookRig.awaitReceived(slow, 20);
            rig.awaitAllDelivered(slowOne, 20);
            rig.remove(slowOne);
            rig.remove(quickOne);
        }
    }

    @Test
    void aReceiverThatIsGoneIsDisabledAndTheReasonShown() {
        try (Receiver receiver = new Receiver(Receiver.status(410))) {
            JsonNode webhook = rig.create("gone", receiver, "[\"alert.firing\"]", "\"devices\":[\"gone\"]");
            String path = "/webhooks/" + webhook.get("id").asText();
            rig.send(FakeAlerts.firing("gone-1", "gone"));
            await().atMost(WebhookRig.SOON).untilAsserted(() -> assertThat(rig.fleet
                            .call("GET", path)
                            .json()
                            .path("disabledReason")
                            .asText())
                    .contains("410"));
            receiver.behave(Receiver.status(200));
            JsonNode enabled =
                    rig.fleet.call("PATCH", path, "{\"enabled\":true}").json();
            assertThat(enabled.has("disabledReason")).isFalse();
            rig.send(FakeAlerts.firing("gone-2", "gone"));
            rig.awaitDeliveries(webhook, "delivered", "failed");
            rig.remove(webhook);
        }
    }

    @Test
    void aDeadReceiverIsGivenUpAndThisHostIsNoReceiverUnlessSaidSo() throws Exception {
        try (Receiver receiver = new Receiver();
                Fleet careful = Fleet.start(Neighbours.get()
                        .newFleet()
                        .override("webhooks.retry-after", "100ms")
                        .override("webhooks.give-up-after", "1s"))) {
            String id = careful.call(
                            "POST",
                            "/webhooks",
                            "{\"name\":\"dead\",\"url\":\"" + receiver.url() + "\",\"events\":[\"alert.firing\"]}")
                    .json()
                    .get("id")
                    .asText();
            var unused = careful.gateway(0).send(FakeAlerts.record(careful, FakeAlerts.firing("dead-1", "d")));
            await().atMost(WebhookRig.SOON).untilAsserted(() -> {
                JsonNode webhook = careful.call("GET", "/webhooks/" + id).json();
                assertThat(webhook.get("enabled").asBoolean()).isFalse();
                assertThat(webhook.get("disabledReason").asText()).contains("took nothing since", "may not go");
            });
            JsonNode delivery = careful.call("GET", "/webhooks/" + id + "/deliveries?status=failed")
                    .json()
                    .at("/items/0");
            assertThat(delivery.get("attempt").asInt()).isGreaterThan(1);
            assertThat(receiver.received).isEmpty();
        }
    }

    @Test
    void twoInstancesTellOnceAndARestartLosesNothing() throws Exception {
        try (Receiver receiver = new Receiver();
                Fleet two = Fleet.start(Neighbours.get()
                        .newFleet()
                        .override("webhooks.reach", "loopback")
                        .override("webhooks.retry-after", "200ms"))) {
            CommandService second = two.addService();
            FakeGateway events = two.gateway(0);
            assertThat(two.call(
                                    "POST",
                                    "/webhooks",
                                    "{\"name\":\"all\",\"url\":\"" + receiver.url()
                                            + "\",\"events\":[\"alert.firing\"]}")
                            .status())
                    .isEqualTo(201);
            for (int i = 0; i < 60; i++) {
                var unused = events.send(FakeAlerts.record(two, FakeAlerts.firing("two-" + i, "d" + i)));
            }
            WebhookRig.awaitReceived(receiver, 60);

            receiver.behave(Receiver.status(503));
            var unused = events.send(FakeAlerts.record(two, FakeAlerts.firing("later", "late")));
            await().atMost(WebhookRig.SOON).until(() -> receiver.received.size() > 60);
            two.stop(second);
            two.stop(two.service());
            receiver.behave(Receiver.status(200));
            two.addService();
            String late = receiver.received.get(60).header("webhook-id");
            int before = receiver.received.size();
            await().atMost(Duration.ofSeconds(80)).until(() -> receiver.received.size() > before);
            assertThat(receiver.received.get(before).header("webhook-id")).isEqualTo(late);
            Set<String> ids = receiver.received.stream()
                    .limit(60)
                    .map(one -> one.header("webhook-id"))
                    .collect(Collectors.toSet());
            assertThat(ids).as("each told once").hasSize(60);
        }
    }
}
