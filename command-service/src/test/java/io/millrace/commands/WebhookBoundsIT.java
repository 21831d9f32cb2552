package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.millrace.commands.api.SelfSigned;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What receivers can do to us, and whom we believe to be one. */
@Timeout(90)
class WebhookBoundsIT {
    @TempDir
    private static Path directory;

    private static SelfSigned own;
    private static SelfSigned strange;
    private static WebhookRig rig;

    @BeforeAll
    static void start() throws Exception {
        own = SelfSigned.make(directory, "own");
        strange = SelfSigned.make(directory, "strange");
        Path ca = directory.resolve("ca.pem");
        own.writeTo(ca, directory.resolve("own.key"));
        rig = new WebhookRig(Neighbours.get().newFleet().override("webhooks.ca", ca.toString()));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void aCertificateOfOnesOwnAuthorityIsBelievedAndAStrangersIsNot() throws Exception {
        try (Receiver known = Receiver.withTls(own.shown());
                Receiver stranger = Receiver.withTls(strange.shown())) {
            JsonNode first = rig.create("known", known, "[\"command.failed\"]", "\"devices\":[\"x\"]");
            assertThat(test(first).get("status").asText()).isEqualTo("delivered");
            assertThat(known.received).hasSize(1);

            JsonNode second = rig.create("stranger", stranger, "[\"command.failed\"]", "\"devices\":[\"x\"]");
            JsonNode refused = test(second);
            assertThat(refused.get("status").asText()).isEqualTo("failed");
            assertThat(refused.get("error").asText()).contains("certification path", "webhooks.ca");
            assertThat(stranger.received).isEmpty();
            rig.remove(first);
            rig.remove(second);
        }
    }

    /** One says nothing, one never stops, one lets a byte fall now and then; the time of all three is over at once. */
    @Test
    void whoGoesOnTalkingIsCutOffAndWhoSaysNothingIsTriedAgain() throws Exception {
        CountDownLatch cut = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        try (Receiver endless = new Receiver((exchange, n) -> talk(exchange, new byte[8_192], Duration.ZERO, cut));
                Receiver dripping =
                        new Receiver((exchange, n) -> talk(exchange, new byte[1], Duration.ofMillis(100), cut));
                Receiver silent = new Receiver((exchange, n) -> over.await())) {
            JsonNode quiet = rig.create("silent", silent, "[\"alert.firing\"]", "\"devices\":[\"bounds\"]");
            JsonNode one = rig.create("endless", endless, "[\"alert.firing\"]", "\"devices\":[\"bounds\"]");
            JsonNode other = rig.create("dripping", dripping, "[\"alert.firing\"]", "\"devices\":[\"bounds\"]");
            rig.send(FakeAlerts.firing("bounds-1", "bounds"));

            rig.awaitDeliveries(one, "delivered");
            rig.awaitDeliveries(other, "delivered");
            assertThat(cut.await(30, TimeUnit.SECONDS))
                    .as("both connections broken off")
                    .isTrue();
            await().atMost(WebhookRig.SOON).until(() -> silent.received.size() > 1);
            JsonNode again = rig.deliveries(quiet).get(0);
            assertThat(again.get("error").asText()).isEqualTo("no answer within 10 s");
            assertThat(silent.received.get(1).header("webhook-id"))
                    .isEqualTo(silent.received.get(0).header("webhook-id"));
            rig.remove(one);
            rig.remove(other);
            rig.remove(quiet);
            over.countDown();
        }
    }

    private static void talk(HttpExchange exchange, byte[] words, Duration pause, CountDownLatch cut)
            throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (cut.getCount() > 0) {
                out.write(words);
                out.flush();
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            }
        } catch (IOException e) {
            cut.countDown();
            throw e;
        }
    }

    @Test
    void tooManyThatWaitDisableAWebhookAndAPersonMaySendThem() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook = rig.create("overfull", receiver, "[\"alert.firing\"]", "\"devices\":[\"overfull\"]");
            enter(webhook.get("id").asText(), 100_001);

            // Each instance looks when it starts, and each minute.
            CommandService second = rig.fleet.addService();
            await().atMost(WebhookRig.SOON).untilAsserted(() -> assertThat(
                            rig.webhook(webhook).get("enabled").asBoolean())
                    .isFalse());
            assertThat(rig.webhook(webhook).get("disabledReason").asText())
                    .isEqualTo("more than 100000 messages wait for it");
            rig.send(FakeAlerts.firing("overfull-1", "overfull"));
            await().atMost(WebhookRig.SOON)
                    .until(() -> rig.fleet.call("GET", "/alerts/overfull-1").status() == 200);
            assertThat(receiver.received).isEmpty();

            assertThat(rig.fleet
                            .call(
                                    "PATCH",
                                    WebhookRig.path(webhook),
                                    "{\"enabled\":true,\"events\":[\"alert.resolved\"]}")
                            .json()
                            .has("disabledReason"))
                    .isFalse();
            rig.send(FakeAlerts.resolved("overfull-1", "overfull"));
            WebhookRig.awaitReceived(receiver, 1);
            rig.remove(webhook);
            rig.fleet.stop(second);
        }
    }

    /** Due in an hour. */
    private static void enter(String webhook, int count) throws SQLException {
        var database = rig.fleet.config().database();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
                PreparedStatement insert = connection.prepareStatement(
                        "insert into webhook_messages (webhook_id, event, subject, data, due_at)"
                                + " select ?, 'alert.firing', 's' || n, '{}', now() + interval '1 hour'"
                                + " from generate_series(1, ?) n")) {
            insert.setString(1, webhook);
            insert.setInt(2, count);
            assertThat(insert.executeUpdate()).isEqualTo(count);
        }
    }

    private static JsonNode test(JsonNode webhook) {
        return rig.fleet.call("POST", WebhookRig.path(webhook) + "/test").json();
    }
}
