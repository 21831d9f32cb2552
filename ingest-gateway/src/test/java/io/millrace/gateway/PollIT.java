package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices that get their commands by HTTP long poll. */
@Timeout(60)
class PollIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration SOON = Duration.ofSeconds(20);

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static GatewayRig.Running other;
    private static Tail sessions;
    private static Tail events;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0);
        other = rig.start(1);
        sessions = rig.tail(rig.topics.deviceSessions());
        events = rig.tail(rig.topics.commandEvents());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        events.close();
        rig.close();
    }

    private static HttpRequest.Builder request(GatewayRig.Running at, String device, String rest) {
        String credentials = Base64.getEncoder().encodeToString((device + ":pw-" + device).getBytes(UTF_8));
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + at.gateway().httpPort() + "/devices/" + device + rest))
                .header("Authorization", "Basic " + credentials);
    }

    private static CompletableFuture<HttpResponse<String>> poll(
            GatewayRig.Running at, String device, String query, String... headers) {
        HttpRequest.Builder request = request(at, device, "/commands?" + query);
        if (headers.length > 0) {
            request = request.headers(headers);
        }
        return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> poll(String device, String query) {
        return poll(gateway, device, query);
    }

    private static HttpResponse<String> answer(String device, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(gateway, device, "/responses");
        return CLIENT.send(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode command(CompletableFuture<HttpResponse<String>> poll) {
        HttpResponse<String> response =
                poll.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        return Json.read(response.body().getBytes(UTF_8), JsonNode.class);
    }

    private static void answered(CompletableFuture<HttpResponse<String>> poll, int status, String code) {
        assertThat(poll).succeedsWithin(SOON).satisfies(response -> {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(response.body()).contains(code.isEmpty() ? "" : "\"code\":\"" + code + "\"");
        });
    }

    private static CommandEvent nextEvent(String device) {
        return Json.read(events.await(r -> device.equals(Tail.key(r))).value(), CommandEvent.class);
    }

    private static CloseReason closed(String device, long epoch) {
        var record = sessions.await(r -> device.equals(Tail.key(r))
                && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Closed closed
                && closed.epoch() == epoch);
        return ((SessionEvent.Closed) Json.read(record.value(), SessionEvent.class)).reason();
    }

    /** Registers it and lets it poll once without a command. */
    private static long begin(String device) {
        rig.register(device);
        answered(poll(device, "wait=0"), 204, "");
        return rig.awaitReady(sessions, device).epoch();
    }

    @Test
    void aPollWaitsForItsCommandAndTheNextPollAcknowledgesIt() {
        rig.register("p-wait");
        var first = poll("p-wait", "wait=30");
        SessionEvent.Ready ready = rig.awaitReady(sessions, "p-wait");
        assertThat(ready.qos()).isEqualTo(1);
        assertThat(Json.read(sessions.allNow("p-wait").get(0).value(), SessionEvent.class))
                .isInstanceOfSatisfying(SessionEvent.Opened.class, opened -> {
                    assertThat(opened.protocol()).isEqualTo("http");
                    assertThat(opened.address()).isEqualTo("127.0.0.1");
                });
        assertThat(gateway.gauge("gateway.polls.waiting")).isEqualTo(1);
        rig.dispatch("c-1", "p-wait", 0, ready.epoch(), "LED_ON");
        JsonNode command = command(first);
        assertThat(command.path("commandId").asText()).isEqualTo("c-1");
        assertThat(command.path("payload").asText()).isEqualTo("LED_ON");
        assertThat(command.path("contentType").asText()).isEqualTo("text/plain");
        assertThat(command.path("attempt").asInt()).isEqualTo(1);
        assertThat(Instant.parse(command.path("expiresAt").asText())).isAfter(Instant.now());
        assertThat(events.allNow("p-wait")).isEmpty();

        var second = poll("p-wait", "wait=30&ack=c-1");
        assertThat(nextEvent("p-wait")).isInstanceOfSatisfying(CommandEvent.Delivered.class, delivered -> {
            assertThat(delivered.commandId()).isEqualTo("c-1");
            assertThat(delivered.epoch()).isEqualTo(ready.epoch());
            assertThat(delivered.attempt()).isEqualTo(1);
        });
        rig.dispatch("c-2", "p-wait", 0, ready.epoch(), "LED_OFF");
        assertThat(command(second).path("payload").asText()).isEqualTo("LED_OFF");
    }

    @Test
    void aCommandWaitsForTheNextPollAndIsGivenAgainUntilItIsAcknowledged() {
        long epoch = begin("p-again");
        double before = gateway.count("gateway.commands.given-again");
        rig.dispatch("c-1", "p-again", 0, epoch, "one");
        rig.dispatch("c-2", "p-again", 0, epoch, "two");
        assertThat(command(poll("p-again", "wait=20")).path("commandId").asText())
                .isEqualTo("c-1");
        assertThat(command(poll("p-again", "wait=20")).path("commandId").asText())
                .isEqualTo("c-1");
        assertThat(command(poll("p-again", "wait=20&ack=c-1")).path("commandId").asText())
                .isEqualTo("c-2");
        answered(poll("p-again", "ack=c-2"), 204, "");
        await().untilAsserted(() -> assertThat(events.allNow("p-again")).hasSize(2));
        assertThat(gateway.count("gateway.commands.given-again")).isEqualTo(before + 1);
    }

    @Test
    void anAnswerAcknowledgesAndNeedsNoId() throws Exception {
        long epoch = begin("p-answer");
        rig.dispatch("c-1", "p-answer", 0, epoch, "one");
        rig.dispatch("c-2", "p-answer", 0, epoch, "two");
        assertThat(command(poll("p-answer", "wait=20")).path("commandId").asText())
                .isEqualTo("c-1");
        assertThat(answer("p-answer", "{\"status\":\"succeeded\"}").statusCode())
                .isEqualTo(202);
        assertThat(command(poll("p-answer", "wait=20")).path("commandId").asText())
                .isEqualTo("c-2");
        assertThat(answer("p-answer", "{\"commandId\":\"c-2\",\"status\":\"failed\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(events.allNow("p-answer"))
                .map(record -> Json.read(record.value(), CommandEvent.class))
                .satisfiesExactly(
                        event -> assertThat(((CommandEvent.Delivered) event).commandId())
                                .isEqualTo("c-1"),
                        event -> assertThat(((CommandEvent.Responded) event).commandId())
                                .contains("c-1"),
                        event -> assertThat(((CommandEvent.Delivered) event).commandId())
                                .isEqualTo("c-2"),
                        event -> assertThat(((CommandEvent.Responded) event).status())
                                .isEqualTo(CommandStatus.FAILED));
        answered(poll("p-answer", "wait=0"), 204, "");
    }

    @Test
    void whoDoesNotAcknowledgeSaysSoAndIsNotTold() {
        rig.register("p-qos");
        var first = poll("p-qos", "wait=30&qos=0");
        SessionEvent.Ready ready = rig.awaitReady(sessions, "p-qos");
        assertThat(ready.qos()).isZero();
        rig.dispatch("c-1", "p-qos", 0, ready.epoch(), "x");
        assertThat(command(first).path("commandId").asText()).isEqualTo("c-1");
        assertThat(nextEvent("p-qos")).isInstanceOf(CommandEvent.Unconfirmed.class);
        answered(poll("p-qos", "wait=0&qos=0"), 204, "");
    }

    @Test
    void aTinyBoardGetsThePayloadAlone() {
        long epoch = begin("p-raw");
        rig.dispatch("c:1", "p-raw", 0, epoch, "LED_ON");
        var poll = poll(gateway, "p-raw", "wait=20", "Accept", "text/plain");
        assertThat(poll).succeedsWithin(SOON).satisfies(response -> {
            assertThat(response.body()).isEqualTo("LED_ON");
            assertThat(response.headers().firstValue("content-type")).contains("text/plain");
            assertThat(response.headers().firstValue("millrace-command-id")).contains("c%3A1");
        });
        answered(poll("p-raw", "ack=c%3A1"), 204, "");
        assertThat(nextEvent("p-raw")).isInstanceOf(CommandEvent.Delivered.class);
    }

    @Test
    void aNewerPollOfTheSameDeviceAnswersTheOlderOne() {
        rig.register("p-newer");
        var older = poll("p-newer", "wait=60");
        long epoch = rig.awaitReady(sessions, "p-newer").epoch();
        var newer = poll("p-newer", "wait=60");
        answered(older, 204, "");
        rig.dispatch("c-1", "p-newer", 0, epoch, "x");
        assertThat(command(newer).path("commandId").asText()).isEqualTo("c-1");
    }

    @Test
    void whatAClientThatWentAwayDidNotReadIsGivenToTheNextPoll() throws Exception {
        rig.register("p-gone");
        String credentials = Base64.getEncoder().encodeToString("p-gone:pw-p-gone".getBytes(UTF_8));
        try (Socket socket = new Socket("127.0.0.1", gateway.gateway().httpPort())) {
            socket.getOutputStream()
                    .write(("GET /devices/p-gone/commands?wait=60 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
                                    + credentials + "\r\n\r\n")
                            .getBytes(UTF_8));
            rig.awaitReady(sessions, "p-gone");
        }
        long epoch = sessions.allNow("p-gone").get(0).offset();
        rig.dispatch("c-1", "p-gone", 0, epoch, "x");
        assertThat(command(poll("p-gone", "wait=20")).path("commandId").asText())
                .isEqualTo("c-1");
    }

    @Test
    void afterItsTimeACommandIsNotGiven() {
        long epoch = begin("p-late");
        Instant over = Instant.now().plusSeconds(1);
        rig.send(new Dispatch("c-1", new DeviceId("p-late"), 0, epoch, 1, new byte[0], Optional.empty(), 1, over)
                .toRecord(rig.topics));
        await().until(() -> Instant.now().isAfter(over));
        answered(poll("p-late", "wait=1"), 204, "");
        assertThat(nextEvent("p-late"))
                .isInstanceOfSatisfying(CommandEvent.Undelivered.class, undelivered -> assertThat(undelivered.reason())
                        .isEqualTo(UndeliveredReason.EXPIRED));
    }

    @Test
    void whatAnEarlierSessionGaveIsAcknowledgedInTheNext() {
        rig.register("p-earlier");
        var poll = poll("p-earlier", "wait=30&ack=c-old");
        long epoch = rig.awaitReady(sessions, "p-earlier").epoch();
        assertThat(nextEvent("p-earlier")).isInstanceOfSatisfying(CommandEvent.Delivered.class, delivered -> {
            assertThat(delivered.commandId()).isEqualTo("c-old");
            assertThat(delivered.attempt()).isZero();
        });
        rig.dispatch("c-old", "p-earlier", 0, epoch, "again");
        rig.dispatch("c-new", "p-earlier", 0, epoch, "new");
        assertThat(command(poll).path("commandId").asText()).isEqualTo("c-new");
    }

    @Test
    void mqttTakesTheSessionOverAndTheNextPollTakesItBack() {
        rig.register("p-mqtt");
        var poll = poll("p-mqtt", "wait=60");
        long epoch = rig.awaitReady(sessions, "p-mqtt").epoch();
        Clients.Watched mqtt = Clients.watched(gateway, "p-mqtt");
        answered(poll, 409, "taken-over");
        assertThat(closed("p-mqtt", epoch)).isEqualTo(CloseReason.TAKEN_OVER);
        assertThat(mqtt.client().getState().isConnected()).isTrue();
        answered(poll("p-mqtt", "wait=0"), 204, "");
        assertThat(rig.awaitReady(sessions, "p-mqtt").epoch()).isGreaterThan(epoch);
        assertThat(mqtt.end()).succeedsWithin(SOON).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
    }

    @Test
    void aPollAtAnotherGatewayTakesTheSessionOverAndWhatWasNotAcknowledgedIsLostToIt() {
        long epoch = begin("p-two");
        rig.dispatch("c-1", "p-two", 0, epoch, "x");
        assertThat(command(poll("p-two", "wait=20")).path("commandId").asText()).isEqualTo("c-1");
        var there = poll(other, "p-two", "wait=60");
        assertThat(closed("p-two", epoch)).isEqualTo(CloseReason.TAKEN_OVER);
        assertThat(nextEvent("p-two"))
                .isInstanceOfSatisfying(CommandEvent.Undelivered.class, undelivered -> assertThat(undelivered.reason())
                        .isEqualTo(UndeliveredReason.SESSION_LOST));
        var here = poll("p-two", "wait=60");
        answered(there, 409, "taken-over");
        answered(poll("p-two", "wait=0"), 204, "");
        answered(here, 204, "");
    }

    @Test
    void aDisabledDevicesPollEndsAndAWrongSecretsToo() {
        rig.register("p-off", "p-rotated");
        var off = poll("p-off", "wait=60");
        var rotated = poll("p-rotated", "wait=60");
        long epoch = rig.awaitReady(sessions, "p-off").epoch();
        rig.awaitReady(sessions, "p-rotated");
        rig.put("p-off", false, Optional.empty(), "pw-p-off");
        rig.put("p-rotated", true, Optional.empty(), "another");
        answered(off, 403, "not-authorized");
        answered(rotated, 401, "unauthorized");
        assertThat(closed("p-off", epoch)).isEqualTo(CloseReason.NOT_AUTHORIZED);
    }

    @Test
    void whatCannotBeWaitedForIsSaid() {
        rig.register("p-bounds");
        answered(poll("p-bounds", "wait=61"), 400, "invalid-parameter");
        answered(poll("p-bounds", "wait=x"), 400, "invalid-parameter");
        answered(poll("p-bounds", "qos=3"), 400, "invalid-parameter");
        assertThat(sessions.allNow("p-bounds")).isEmpty();
    }

    @Test
    void aSessionOutlivesItsPollByTheGraceAndOnlySoManyDevicesPoll() {
        try (GatewayRig small = new GatewayRig()) {
            GatewayRig.Running one = small.start(0, "http.poll-grace", "1s", "http.max-polling", "1");
            small.register("p-first", "p-second");
            var waiting = poll(one, "p-first", "wait=60");
            await().until(() -> one.gauge("gateway.polls.waiting") == 1);
            answered(poll(one, "p-second", "wait=0"), 503, "unavailable");
            answered(poll(one, "p-first", "wait=0"), 204, "");
            answered(waiting, 204, "");
            await().until(() -> one.count("gateway.sessions.closed", "reason", "keep-alive-timeout") == 1);
            assertThat(one.gauge("gateway.sessions")).isZero();

            var last = poll(one, "p-second", "wait=60");
            await().until(() -> one.gauge("gateway.polls.waiting") == 1);
            // Only a session that has begun is told: until then the connection just ends.
            await().until(() -> one.gauge("gateway.sessions") == 1);
            small.stop(one);
            answered(last, 503, "unavailable");
        }
    }

    @Test
    void noPollWaitsUntilItsConnectionIsClosedForIdleness() {
        try (GatewayRig small = new GatewayRig()) {
            GatewayRig.Running one = small.start(0, "http.idle-timeout", "4s");
            small.register("p-idle");
            answered(poll(one, "p-idle", "wait=60"), 204, "");
        }
    }

    /** Over whatever way the answer comes, the session knows what it gave. */
    @Test
    void anAnswerByHttpIsForTheCommandThatCameByMqtt() throws Exception {
        rig.register("p-both");
        try (RawClient mqtt = new RawClient(gateway.port())) {
            mqtt.send(
                    RawClient.connect("p-both", "p-both", "pw-p-both"),
                    RawClient.subscribe("devices/p-both/commands", 1));
            assertThat(mqtt.next()).isEqualTo("20 00 00");
            assertThat(mqtt.next()).isEqualTo("90 00 01 01");
            rig.dispatch("c-1", "p-both", 0, rig.awaitReady(sessions, "p-both").epoch(), "x");
            assertThat(mqtt.next()).startsWith("32 ");
            assertThat(answer("p-both", "{\"status\":\"succeeded\"}").statusCode())
                    .isEqualTo(202);
            assertThat(nextEvent("p-both"))
                    .isInstanceOfSatisfying(CommandEvent.Responded.class, e -> assertThat(e.commandId())
                            .contains("c-1"));
        }
    }
}
