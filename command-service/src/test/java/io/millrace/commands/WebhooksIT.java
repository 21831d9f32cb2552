package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks, told to real receivers: good, slow, failing and redirecting ones. */
@Timeout(90)
class WebhooksIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get()
                .newFleet()
                .override("webhooks.reach", "loopback")
                .override("webhooks.retry-after", "200ms")
                .override("webhooks.external-url", "https://millrace.example.org/"));
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void alertsComeSignedAndAsAlertmanagerSendsThem() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook =
                    create("pager", receiver, "[\"alert.firing\",\"alert.resolved\"]", "\"devices\":[\"oven\"]");
            send(FakeAlerts.firing("hot-1", "oven"));
            send(FakeAlerts.firing("hot-1", "oven"));
            send(FakeAlerts.firing("hot-2", "somebody-else"));
            send(FakeAlerts.resolved("hot-1", "oven"));
            awaitReceived(receiver, 2);

            Receiver.Received firing = receiver.received.get(0);
            assertThat(firing.header("webhook-signature"))
                    .isEqualTo(signature(webhook.get("secret").asText(), firing));
            JsonNode body = firing.json();
            assertThat(body.get("version").asText()).isEqualTo("4");
            assertThat(body.get("status").asText()).isEqualTo("firing");
            assertThat(body.get("receiver").asText()).isEqualTo("pager");
            assertThat(body.get("groupKey").asText()).isEqualTo("{}:{alertname=\"TooHot\", device=\"oven\"}");
            assertThat(body.at("/commonLabels/severity").asText()).isEqualTo("critical");
            assertThat(body.at("/alerts/0/annotations/summary").asText()).isEqualTo("oven is hot");
            assertThat(body.at("/alerts/0/fingerprint").asText()).isEqualTo("hot-1");
            assertThat(body.at("/alerts/0/startsAt").asText()).isEqualTo("2026-11-22T10:00:00Z");
            assertThat(body.at("/alerts/0/endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
            assertThat(body.at("/alerts/0/generatorURL").asText())
                    .isEqualTo("https://millrace.example.org/api/v1/alerts/hot-1");
            JsonNode resolved = receiver.received.get(1).json();
            assertThat(resolved.get("status").asText()).isEqualTo("resolved");
            assertThat(resolved.at("/alerts/0/endsAt").asText()).isEqualTo("2026-11-22T10:05:00Z");

            awaitDeliveries(webhook, "delivered", "delivered");
            JsonNode last = deliveries(webhook).get(0);
            assertThat(last.get("id").asText())
                    .isEqualTo(receiver.received.get(1).header("webhook-id"));
            assertThat(last.get("httpStatus").asInt()).isEqualTo(204);
            remove(webhook);
        }
    }

    @Test
    void whatBecomesOfCommandsIsTold() throws Exception {
        try (Receiver receiver = new Receiver()) {
            fleet.device("valve");
            assertThat(fleet.call("PATCH", "/devices/valve", "{\"labels\":{\"site\":\"berlin\"}}")
                            .status())
                    .isEqualTo(200);
            fleet.device("elsewhere");
            JsonNode webhook = create(
                    "results",
                    receiver,
                    "[\"command.succeeded\",\"command.rejected\",\"command.cancelled\"]",
                    "\"labels\":{\"site\":\"berlin\"}");
            gateway.openReady("valve");
            fleet.awaitPresence("valve", true, true);
            String done = fleet.send("valve", "OPEN");
            gateway.delivered(gateway.nextDispatch("valve"));
            gateway.responded("valve", Optional.of(done), CommandStatus.SUCCEEDED, "opened");
            fleet.awaitStatus(done, "succeeded");
            String unwanted = fleet.send("elsewhere", "OPEN");
            assertThat(fleet.call("DELETE", "/commands/" + unwanted).status()).isEqualTo(200);
            assertThat(fleet.call("PATCH", "/devices/valve", "{\"enabled\":false}")
                            .status())
                    .isEqualTo(200);
            var unused = gateway.send(Fleet.byRule("by-rule", "valve", "CLOSE", Duration.ofMinutes(1))
                    .toRecord(fleet.topics()));
            awaitReceived(receiver, 2);

            JsonNode succeeded = byCommand(receiver, done);
            assertThat(succeeded.get("type").asText()).isEqualTo("command.succeeded");
            assertThat(succeeded.at("/data/deviceId").asText()).isEqualTo("valve");
            assertThat(succeeded.at("/data/result").asText()).isEqualTo("opened");
            assertThat(succeeded.at("/data/deliveredAt").asText()).endsWith("Z");
            assertThat(succeeded.at("/data/requestedBy").asText()).isEqualTo("test");
            JsonNode refused = byCommand(receiver, "by-rule");
            assertThat(refused.get("type").asText()).isEqualTo("command.rejected");
            assertThat(refused.at("/data/reason").asText()).isEqualTo("device-disabled");
            assertThat(refused.at("/data/rule").asText()).isEqualTo("climate/fan");
            awaitDeliveries(webhook, "delivered", "delivered");
            remove(webhook);
        }
    }

    @Test
    void whatFailsIsTriedAgainWithTheSameIdAndNobodyHearsOfTheEndFirst() {
        try (Receiver receiver =
                new Receiver((exchange, n) -> exchange.sendResponseHeaders(n == 1 ? 500 : n == 2 ? 404 : 200, -1))) {
            JsonNode webhook =
                    create("flaky", receiver, "[\"alert.firing\",\"alert.resolved\"]", "\"devices\":[\"flaky\"]");
            send(FakeAlerts.firing("flaky-1", "flaky"));
            send(FakeAlerts.resolved("flaky-1", "flaky"));
            awaitReceived(receiver, 4);

            List<String> ids = receiver.received.stream()
                    .map(one -> one.header("webhook-id"))
                    .toList();
            assertThat(ids.subList(0, 3).stream().distinct()).hasSize(1);
            assertThat(ids.get(3)).isNotEqualTo(ids.get(0));
            assertThat(receiver.received.get(3).json().get("status").asText()).isEqualTo("resolved");
            awaitDeliveries(webhook, "delivered", "delivered");
            assertThat(deliveries(webhook).get(1).get("attempt").asInt()).isEqualTo(3);
            remove(webhook);
        }
    }

    @Test
    void redirectsAreNotFollowedNorAreAddressesOfMetadataServicesReached() {
        try (Receiver target = new Receiver();
                Receiver receiver = new Receiver((exchange, n) -> {
                    exchange.getResponseHeaders().add("Location", target.url());
                    exchange.sendResponseHeaders(302, -1);
                })) {
            JsonNode webhook = create("redirecting", receiver, "[\"command.failed\"]", "\"devices\":[\"x\"]");
            Reply tested = fleet.call("POST", "/webhooks/" + webhook.get("id").asText() + "/test");
            assertThat(tested.status()).isEqualTo(200);
            assertThat(tested.json().get("status").asText()).isEqualTo("failed");
            assertThat(tested.json().get("error").asText()).contains("redirects are not followed");
            assertThat(receiver.received.get(0).json().get("type").asText()).isEqualTo("webhook.test");
            assertThat(target.received).isEmpty();

            Reply moved = fleet.call(
                    "PATCH",
                    "/webhooks/" + webhook.get("id").asText(),
                    "{\"url\":\"http://169.254.169.254/latest/meta-data\"}");
            assertThat(moved.status()).as(moved.json().toString()).isEqualTo(200);
            Reply again = fleet.call("POST", "/webhooks/" + webhook.get("id").asText() + "/test");
            assertThat(again.json().get("error").asText()).contains("may not go");
            remove(webhook);
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
            JsonNode slowOne = create("slow", slow, "[\"alert.firing\"]", "\"devices\":[\"many\"]");
            JsonNode quickOne = create("quick", quick, "[\"alert.firing\"]", "\"devices\":[\"many\"]");
            for (int i = 0; i < 20; i++) {
                send(FakeAlerts.firing("many-" + i, "many"));
            }
            awaitReceived(quick, 20);
            assertThat(slow.received.size()).as("at once").isBetween(1, 4);
            patience.countDown();
            awaitReceived(slow, 20);
            awaitAllDelivered(slowOne, 20);
            remove(slowOne);
            remove(quickOne);
        }
    }

    @Test
    void aReceiverThatIsGoneIsDisabledAndTheReasonShown() {
        try (Receiver receiver = new Receiver(Receiver.status(410))) {
            JsonNode webhook = create("gone", receiver, "[\"alert.firing\"]", "\"devices\":[\"gone\"]");
            String path = "/webhooks/" + webhook.get("id").asText();
            send(FakeAlerts.firing("gone-1", "gone"));
            await().atMost(SOON).untilAsserted(() -> assertThat(fleet.call("GET", path)
                            .json()
                            .path("disabledReason")
                            .asText())
                    .contains("410"));
            receiver.behave(Receiver.status(200));
            JsonNode enabled = fleet.call("PATCH", path, "{\"enabled\":true}").json();
            assertThat(enabled.has("disabledReason")).isFalse();
            send(FakeAlerts.firing("gone-2", "gone"));
            awaitDeliveries(webhook, "delivered", "failed");
            remove(webhook);
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
            await().atMost(SOON).untilAsserted(() -> {
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
            awaitReceived(receiver, 60);

            receiver.behave(Receiver.status(503));
            var unused = events.send(FakeAlerts.record(two, FakeAlerts.firing("later", "late")));
            await().atMost(SOON).until(() -> receiver.received.size() > 60);
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

    @Test
    void theSecretIsShownOnceAndCanBeRotated() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook = create("secret", receiver, "[\"alert.firing\"]", "\"devices\":[\"x\"]");
            String path = "/webhooks/" + webhook.get("id").asText();
            assertThat(webhook.get("secret").asText()).startsWith("whsec_");
            assertThat(fleet.call("GET", path).json().has("secret")).isFalse();
            assertThat(fleet.call("GET", "/webhooks").json().toString()).doesNotContain("whsec_");
            String rotated =
                    fleet.call("POST", path + "/secret").json().get("secret").asText();
            assertThat(fleet.call("POST", path + "/test").json().get("status").asText())
                    .isEqualTo("delivered");
            Receiver.Received test = receiver.received.get(0);
            assertThat(test.json().at("/alerts/0/labels/alertname").asText()).isEqualTo("MillraceTest");
            assertThat(test.header("webhook-signature")).isEqualTo(signature(rotated, test));
            assertThat(fleet.call(
                                    "POST",
                                    "/webhooks",
                                    "{\"name\":\"secret\",\"url\":\"http://a\",\"events\":[\"alert.firing\"]}")
                            .status())
                    .isEqualTo(409);
            remove(webhook);
            assertThat(fleet.call("GET", path).status()).isEqualTo(404);
            assertThat(fleet.call("POST", path + "/test").status()).isEqualTo(404);
        }
    }

    @Test
    void webhooksAreForAdminsOnly() {
        String operator = "Bearer "
                + fleet.service()
                        .firstAccess()
                        .createApiKeyIfAbsent("hook-operator", Role.OPERATOR)
                        .orElseThrow();
        assertThat(fleet.callWith(operator, "GET", "/webhooks", "").status()).isEqualTo(403);
        assertThat(fleet.callWith("", "POST", "/webhooks", "{}").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{`url`:`http://a`,`events`:[`alert.firing`]}                                 | name",
                "{`name`:`a b`,`url`:`http://a`,`events`:[`alert.firing`]}                    | name",
                "{`name`:`a`,`url`:`file:///etc/passwd`,`events`:[`alert.firing`]}            | url",
                "{`name`:`a`,`url`:`http://u:p@a`,`events`:[`alert.firing`]}                  | url",
                "{`name`:`a`,`url`:`http://a`,`events`:[]}                                    | events",
                "{`name`:`a`,`url`:`http://a`,`events`:[`alert.silent`]}                      | events",
                "{`name`:`a`,`url`:`http://a`,`events`:[`alert.firing`],`rules`:[`x`]}        | rules",
                "{`name`:`a`,`url`:`http://a`,`events`:[`alert.firing`],`devices`:[`a b`]}    | devices",
                "{`name`:`a`,`url`:`http://a`,`events`:[`alert.firing`],`labels`:{`a`:[1]}}   | labels",
                "{`name`:`a`,`url`:`http://a`,`events`:[`alert.firing`],`secret`:`whsec_a`}   | secret",
            })
    void badInputNamesTheField(String body, String field) {
        Reply reply = fleet.call("POST", "/webhooks", body.replace('`', '"'));
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).startsWith(field);
    }

    private static JsonNode create(String name, Receiver receiver, String events, String filter) {
        Reply reply = fleet.call(
                "POST",
                "/webhooks",
                "{\"name\":\"" + name + "\",\"url\":\"" + receiver.url() + "\",\"events\":" + events + "," + filter
                        + "}");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        return reply.json();
    }

    private static void remove(JsonNode webhook) {
        assertThat(fleet.call("DELETE", "/webhooks/" + webhook.get("id").asText())
                        .status())
                .isEqualTo(204);
    }

    private static void send(AlertEvent event) {
        var unused = gateway.send(FakeAlerts.record(fleet, event));
    }

    private static void awaitReceived(Receiver receiver, int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.received).hasSize(count));
    }

    private static List<JsonNode> deliveries(JsonNode webhook) {
        List<JsonNode> items = new ArrayList<>();
        fleet.call("GET", "/webhooks/" + webhook.get("id").asText() + "/deliveries")
                .json()
                .path("items")
                .forEach(items::add);
        return items;
    }

    private static void awaitDeliveries(JsonNode webhook, String... newestFirst) {
        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries(webhook).stream()
                        .map(one -> one.get("status").asText()))
                .containsExactly(newestFirst));
    }

    private static void awaitAllDelivered(JsonNode webhook, int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries(webhook).stream()
                        .filter(one -> one.get("status").asText().equals("delivered")))
                .hasSize(count));
    }

    private static JsonNode byCommand(Receiver receiver, String id) {
        return receiver.received.stream()
                .map(Receiver.Received::json)
                .filter(body -> body.at("/data/commandId").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** As a receiver computes it. */
    private static String signature(String secret, Receiver.Received received) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        mac.update((received.header("webhook-id") + "." + received.header("webhook-timestamp") + ".").getBytes(UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(received.body()));
    }
}
