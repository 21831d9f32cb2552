package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same conversations in WebSocket frames, and what can be wrong with the frames. */
@Timeout(60)
class WebSocketIT {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail telemetry;
    private static Tail sessions;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0, "mqtt.max-packet-size", "4 KiB", "mqtt.connect-timeout", "2s");
        telemetry = rig.tail(rig.topics.telemetry());
        sessions = rig.tail(rig.topics.deviceSessions());
    }

    @AfterAll
    static void stop() {
        telemetry.close();
        sessions.close();
        rig.close();
    }

    private static MqttWebSocketConfig at(String path) {
        return MqttWebSocketConfig.builder().serverPath(path).build();
    }

    private static Mqtt3BlockingClient connect3(String id, String path) {
        Mqtt3BlockingClient client = Clients.mqtt3(gateway.webSocketPort(), id, at(path));
        var unused = client.connect();
        return client;
    }

    private static Mqtt5BlockingClient connect5(String id, String path) {
        Mqtt5BlockingClient client = Clients.mqtt5(gateway.webSocketPort(), id, at(path));
        var unused = client.connect();
        return client;
    }

    private static List<String> readings(String device) {
        return telemetry.allNow(device).stream().map(Tail::value).toList();
    }

    /** Connected as a device, its CONNACK read. */
    private static RawWebSocket device(String id, String path, String subprotocol) throws Exception {
        rig.register(id);
        RawWebSocket client = RawWebSocket.connect(gateway, path, subprotocol);
        client.send(RawClient.connect(id, id, "pw-" + id));
        assertThat(client.next()).isEqualTo("20 02 00 00");
        return client;
    }

    private static byte[] reading(String device, int packetId) throws Exception {
        return RawClient.publish("devices/" + device + "/telemetry", "{\"n\":" + packetId + "}", 1, packetId, false);
    }

    /** The client sees the end of its connection before the gateway has counted why. */
    private static void awaitProtocolErrors(double count) {
        await().untilAsserted(() ->
                assertThat(gateway.count("gateway.protocol.errors")).isEqualTo(count));
    }

    private static CloseReason closeReason(String device) {
        var closed = sessions.await(r ->
                device.equals(Tail.key(r)) && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Closed);
        return ((SessionEvent.Closed) Json.read(closed.value(), SessionEvent.class)).reason();
    }

    @Test
    void aReadingIsInKafkaBeforeItIsAcknowledgedAtBothPaths() {
        rig.register("ws-3", "ws-5");
        for (String path : List.of("mqtt", "ws")) {
            Mqtt3BlockingClient mqtt3 = connect3("ws-3", path);
            mqtt3.publishWith()
                    .topic("devices/ws-3/telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"at\":1}".getBytes(UTF_8))
                    .send();
            mqtt3.disconnect();
            Mqtt5BlockingClient mqtt5 = connect5("ws-5", path);
            var sent = mqtt5.publishWith()
                    .topic("devices/ws-5/telemetry")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload("{\"at\":2}".getBytes(UTF_8))
                    .send();
            assertThat(sent.getError()).isEmpty();
            mqtt5.disconnect();
        }
        assertThat(readings("ws-3")).containsExactly("{\"at\":1}", "{\"at\":1}");
        assertThat(readings("ws-5")).containsExactly("{\"at\":2}", "{\"at\":2}");
    }

    @Test
    void pahoPublishes() throws Exception {
        rig.register("ws-paho");
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                "ws://127.0.0.1:" + gateway.webSocketPort() + "/mqtt", "ws-paho", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName("ws-paho");
            options.setPassword("pw-ws-paho".toCharArray());
            client.connect(options);
            client.publish("devices/ws-paho/telemetry", new MqttMessage("{\"paho\":1}".getBytes(UTF_8)));
            assertThat(readings("ws-paho")).containsExactly("{\"paho\":1}");
            client.disconnect();
        }
    }

    @Test
    void aCommandIsDelivered() throws Exception {
        rig.register("ws-cmd");
        Mqtt5BlockingClient client = connect5("ws-cmd", "ws");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL);
                Tail events = rig.tail(rig.topics.commandEvents())) {
            var unused = client.subscribeWith()
                    .topicFilter("devices/ws-cmd/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            rig.dispatch("c-1", "ws-cmd", 0, rig.awaitReady(sessions, "ws-cmd").epoch(), "x".repeat(2_000));
            assertThat(publishes.receive().getPayloadAsBytes()).hasSize(2_000);
            var event = events.await(r -> "ws-cmd".equals(Tail.key(r)));
            assertThat(Json.read(event.value(), CommandEvent.class)).isInstanceOf(CommandEvent.Delivered.class);
        }
        client.disconnect();
    }

    @Test
    void aDeviceThatComesByTcpTakesOverFromItsWebSocketAndTheOtherWayRound() {
        rig.register("ws-take");
        Clients.Watched webSocket = Clients.watched(gateway.webSocketPort(), "ws-take", at("mqtt"));
        Clients.Watched tcp = Clients.watched(gateway, "ws-take");
        assertThat(webSocket.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
        Mqtt5BlockingClient again = connect5("ws-take", "mqtt");
        assertThat(tcp.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
        again.disconnect();
    }

    @Test
    void theSubprotocolIsTakenWhenItIsOfferedAndNotAskedFor() throws Exception {
        assertThat(device("ws-sub", "/mqtt", "mqtt").subprotocol()).isEqualTo("mqtt");
        assertThat(device("ws-nosub", "/ws?v=1", "").subprotocol()).isEmpty();
    }

    @Test
    void packetsShareAFrameAndTheirAcknowledgementsToo() throws Exception {
        RawWebSocket client = device("ws-share", "/mqtt", "mqtt");
        client.send(RawWebSocket.join(reading("ws-share", 1), reading("ws-share", 2), reading("ws-share", 3)));
        StringBuilder answers = new StringBuilder(client.next());
        while (answers.length() < "40 02 00 01 ".length() * 3 - 1) {
            answers.append(' ').append(client.next());
        }
        assertThat(answers).hasToString("40 02 00 01 40 02 00 02 40 02 00 03");
    }

    @Test
    void aPacketSpansMessagesAndAMessageSpansFrames() throws Exception {
        RawWebSocket client = device("ws-span", "/mqtt", "mqtt");
        byte[] packet = reading("ws-span", 7);
        client.send(Arrays.copyOfRange(packet, 0, 1));
        client.send(Arrays.copyOfRange(packet, 1, packet.length));
        assertThat(client.next()).isEqualTo("40 02 00 07");
        byte[] other = reading("ws-span", 8);
        client.send(IntStream.range(0, other.length)
                .mapToObj(i -> new byte[] {other[i]})
                .toArray(byte[][]::new));
        assertThat(client.next()).isEqualTo("40 02 00 08");
        assertThat(readings("ws-span")).containsExactly("{\"n\":7}", "{\"n\":8}");
    }

    @Test
    void aTextFrameEndsTheConnection() throws Exception {
        RawWebSocket client = device("ws-text", "/mqtt", "mqtt");
        double before = gateway.count("gateway.protocol.errors");
        client.sendText("hello");
        assertThat(client.closed()).succeedsWithin(WAIT).isEqualTo(1003);
        assertThat(closeReason("ws-text")).isEqualTo(CloseReason.PROTOCOL_ERROR);
        awaitProtocolErrors(before + 1);

        RawWebSocket stranger = RawWebSocket.connect(gateway, "/mqtt", "mqtt");
        stranger.sendText("hello");
        assertThat(stranger.closed()).succeedsWithin(WAIT).isEqualTo(1003);
        awaitProtocolErrors(before + 2);
    }

    @Test
    void bytesThatAreNoConnectAreCountedAndTheConnectionEnds() throws Exception {
        double before = gateway.count("gateway.protocol.errors");
        RawWebSocket webSocket = RawWebSocket.connect(gateway, "/mqtt", "mqtt");
        webSocket.send(new byte[] {0x46, 2, 0, 1});
        assertThat(webSocket.closed()).succeedsWithin(WAIT);
        try (RawClient tcp = new RawClient(gateway.port())) {
            tcp.send(new byte[] {0x46, 2, 0, 1});
            assertThat(tcp.next()).isEqualTo("end");
        }
        awaitProtocolErrors(before + 2);
    }

    @Test
    void aFrameLargerThanAnyPacketEndsTheConnection() throws Exception {
        RawWebSocket client = device("ws-large", "/mqtt", "mqtt");
        client.send(new byte[8_193]);
        assertThat(client.closed()).succeedsWithin(WAIT).isEqualTo(1009);
        assertThat(closeReason("ws-large")).isEqualTo(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void whoSendsNoConnectIsClosed() {
        assertThat(RawWebSocket.connect(gateway, "/mqtt", "mqtt").closed())
                .succeedsWithin(WAIT)
                .isEqualTo(1000);
    }

    @Test
    void anotherPathIsNotFoundAndARequestThatIsNoUpgradeIsTold() throws Exception {
        Assertions.assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> RawWebSocket.connect(gateway, "/mqtt/", "mqtt"))
                .havingCause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
        assertThat(get("/").statusCode()).isEqualTo(404);
        HttpResponse<String> plain = get("/mqtt");
        assertThat(plain.statusCode()).isEqualTo(426);
        assertThat(plain.headers().firstValue("sec-websocket-version")).hasValue("13");
        try (RawClient mqtt = new RawClient(gateway.webSocketPort())) {
            mqtt.send(RawClient.connect("ws-3", "ws-3", "pw-ws-3"), "\r\n\r\n".getBytes(UTF_8));
            assertThat(mqtt.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        }
        await().until(() -> RawWebSocket.connect(gateway, "/mqtt", "mqtt").subprotocol(), "mqtt"::equals);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.webSocketPort() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
