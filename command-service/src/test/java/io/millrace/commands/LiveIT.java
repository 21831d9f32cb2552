package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.Listener.Event;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Role;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code GET /live}. */
@Timeout(90)
class LiveIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("http.live.clients", 3));
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static Listener listen(String query) throws Exception {
        return new Listener(fleet, "Bearer " + fleet.key(), query);
    }

    private static void report(String device, String json) {
        long unused = gateway.send(
                new ProducerRecord<>(fleet.topics().telemetry(), device.getBytes(UTF_8), json.getBytes(UTF_8)));
    }

    @Test
    void whatHappensToADeviceIsHeardInItsOrder() throws Exception {
        fleet.device("heard");
        try (Listener listener = listen("?device=heard")) {
            FakeGateway.Session session = gateway.openReady("heard");
            Event connected = listener.next("presence");
            assertThat(connected.data().path("presence").asText()).isEqualTo("connected");
            assertThat(connected.data().path("session").asLong()).isEqualTo(session.epoch());
            assertThat(listener.next("presence").data().path("presence").asText())
                    .isEqualTo("ready");

            report("heard", "{\n  \"temperature\": 31,\r\n \"note\": \"a\\nb\"}");
            Event reading = listener.next("telemetry");
            assertThat(reading.data().path("deviceId").asText()).isEqualTo("heard");
            assertThat(reading.data().at("/values/temperature").asInt()).isEqualTo(31);
            assertThat(reading.data().at("/values/note").asText()).isEqualTo("a\nb");

            fleet.awaitPresence("heard", true, true);
            String command = fleet.send("heard", "LED_ON");
            Event sent = listener.next("command");
            assertThat(sent.data().path("commandId").asText()).isEqualTo(command);
            assertThat(sent.data().path("status").asText()).isEqualTo("sent");
            Dispatch dispatch = gateway.nextDispatch("heard");
            gateway.delivered(dispatch);
            assertThat(listener.next("command").data().path("status").asText()).isEqualTo("delivered");

            gateway.close(session);
            Event gone = listener.next("presence");
            assertThat(gone.data().path("presence").asText()).isEqualTo("disconnected");
            assertThat(gone.data().path("reason").asText()).isNotEmpty();
        }
    }

    @Test
    void nobodyHearsWhatHeDidNotAskFor() throws Exception {
        try (Listener listener = listen("?device=mine&device=also&event=telemetry")) {
            report("other", "{\"n\":1}");
            gateway.openReady(fleet.device("mine"));
            report("mine", "{\"n\":2}");
            report("also", "{\"n\":3}");

            assertThat(List.of(listener.next(), listener.next()))
                    .allMatch(event -> event.name().equals("telemetry"))
                    .extracting(event -> event.data().at("/values/n").asInt())
                    .containsExactlyInAnyOrder(2, 3);
            assertThat(listener.hasMore()).isFalse();
        }
    }

    @Test
    void theStreamEndsWithTheRightToListen() throws Exception {
        String key = fleet.service()
                .firstAccess()
                .createApiKeyIfAbsent("for-a-while", Role.VIEWER)
                .orElseThrow();
        try (Listener listener = new Listener(fleet, "Bearer " + key, "?event=alert")) {
            String id = Stream.of(key.split("_")).skip(1).findFirst().orElseThrow();
            assertThat(fleet.call("DELETE", "/api-keys/" + id).status()).isEqualTo(204);

            assertThat(listener.next().name()).isEqualTo("end");
        }
    }

    @Test
    void badFiltersAreNamed() {
        assertThat(fleet.call("GET", "/live?event=weather").json().path("field").asText())
                .isEqualTo("event");
        assertThat(fleet.call("GET", "/live?device=a%20b").json().path("field").asText())
                .isEqualTo("device");
    }

    @Test
    void thereIsAnEndToHowManyListen() throws Exception {
        try (Listener first = listen("?event=alert");
                Listener second = listen("?event=alert");
                Listener third = listen("?event=alert")) {
            assertThat(List.of(first, second, third)).hasSize(3);
            Fleet.Reply refused = fleet.call("GET", "/live");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.http().headers().firstValue("Retry-After")).isPresent();
        }
    }
}
