package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What webhooks say and to whom, and who may set them up. */
@Timeout(90)
class WebhooksIT {
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
    void alertsComeSignedAndAsAlertmanagerSendsThem() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook =
                    rig.create("pager", receiver, "[\"alert.firing\",\"alert.resolved\"]", "\"devices\":[\"oven\"]");
            rig.send(FakeAlerts.firing("hot-1", "oven"));
            rig.send(FakeAlerts.firing("hot-1", "oven"));
            rig.send(FakeAlerts.firing("hot-2", "somebody-else"));
            rig.send(FakeAlerts.resolved("hot-1", "oven"));
            WebhookRig.awaitReceived(receiver, 2);

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

            rig.awaitDeliveries(webhook, "delivered", "delivered");
            JsonNode last = rig.deliveries(webhook).get(0);
            assertThat(last.get("id").asText())
                    .isEqualTo(receiver.received.get(1).header("webhook-id"));
            assertThat(last.get("httpStatus").asInt()).isEqualTo(204);
            rig.remove(webhook);
        }
    }

    @Test
    void whatBecomesOfCommandsIsTold() throws Exception {
        try (Receiver receiver = new Receiver()) {
            rig.fleet.device("valve");
            assertThat(rig.fleet
                            .call("PATCH", "/devices/valve", "{\"labels\":{\"site\":\"berlin\"}}")
                            .status())
                    .isEqualTo(200);
            rig.fleet.device("elsewhere");
            JsonNode webhook = rig.create(
                    "results",
                    receiver,
                    "[\"command.succeeded\",\"command.rejected\",\"command.cancelled\"]",
                    "\"labels\":{\"site\":\"berlin\"}");
            rig.gateway.openReady("valve");
            rig.fleet.awaitPresence("valve", true, true);
            String done = rig.fleet.send("valve", "OPEN");
            rig.gateway.delivered(rig.gateway.nextDispatch("valve"));
            rig.gateway.responded("valve", Optional.of(done), CommandStatus.SUCCEEDED, "opened");
            rig.fleet.awaitStatus(done, "succeeded");
            String unwanted = rig.fleet.send("elsewhere", "OPEN");
            assertThat(rig.fleet.call("DELETE", "/commands/" + unwanted).status())
                    .isEqualTo(200);
            assertThat(rig.fleet
                            .call("PATCH", "/devices/valve", "{\"enabled\":false}")
                            .status())
                    .isEqualTo(200);
            var unused = rig.gateway.send(Fleet.byRule("by-rule", "valve", "CLOSE", Duration.ofMinutes(1))
                    .toRecord(rig.fleet.topics()));
            WebhookRig.awaitReceived(receiver, 2);

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
            rig.awaitDeliveries(webhook, "delivered", "delivered");
            rig.remove(webhook);
        }
    }

    @Test
    void theSecretIsShownOnceAndCanBeRotated() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook = rig.create("secret", receiver, "[\"alert.firing\"]", "\"devices\":[\"x\"]");
            String path = "/webhooks/" + webhook.get("id").asText();
            assertThat(webhook.get("secret").asText()).startsWith("whsec_");
            assertThat(rig.fleet.call("GET", path).json().has("secret")).isFalse();
            assertThat(rig.fleet.call("GET", "/webhooks").json().toString()).doesNotContain("whsec_");
            String rotated = rig.fleet
                    .call("POST", path + "/secret")
                    .json()
                    .get("secret")
                    .asText();
            assertThat(rig.fleet
                            .call("POST", path + "/test")
                            .json()
                            .get("status")
                            .asText())
                    .isEqualTo("delivered");
            Receiver.Received test = receiver.received.get(0);
            assertThat(test.json().at("/alerts/0/labels/alertname").asText()).isEqualTo("MillraceTest");
            assertThat(test.header("webhook-signature")).isEqualTo(signature(rotated, test));
            assertThat(rig.fleet
                            .call(
                                    "POST",
                                    "/webhooks",
                                    "{\"name\":\"secret\",\"url\":\"http://a\",\"events\":[\"alert.firing\"]}")
                            .status())
                    .isEqualTo(409);
            rig.remove(webhook);
            assertThat(rig.fleet.call("GET", path).status()).isEqualTo(404);
            assertThat(rig.fleet.call("POST", path + "/test").status()).isEqualTo(404);
        }
    }

    @Test
    void webhooksAreForAdminsOnly() {
        String operator = "Bearer "
                + rig.fleet
                        .service()
                        .firstAccess()
                        .createApiKeyIfAbsent("hook-operator", Role.OPERATOR)
                        .orElseThrow();
        assertThat(rig.fleet.callWith(operator, "GET", "/webhooks", "").status())
                .isEqualTo(403);
        assertThat(rig.fleet.callWith("", "POST", "/webhooks", "{}").status()).isEqualTo(401);
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
        Reply reply = rig.fleet.call("POST", "/webhooks", body.replace('`', '"'));
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).startsWith(field);
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
