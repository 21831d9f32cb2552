package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** HiveMQ's clients, not yet connected. */
final class Clients {
    private Clients() {}

    static Mqtt3BlockingClient mqtt3(GatewayRig.Running gateway, String clientId, String user, String password) {
        return Mqtt3Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(gateway.port())
                .identifier(clientId)
                .simpleAuth()
                .username(user)
                .password(password.getBytes(UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    static Mqtt5BlockingClient mqtt5(GatewayRig.Running gateway, String clientId, String user, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(gateway.port())
                .identifier(clientId)
                .simpleAuth()
                .username(user)
                .password(password.getBytes(UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    /** A device with its own secret over WebSocket. */
    static Mqtt3BlockingClient mqtt3(int port, String id, MqttWebSocketConfig webSocket) {
        return Mqtt3Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .webSocketConfig(webSocket)
                .identifier(id)
                .simpleAuth()
                .username(id)
                .password(("pw-" + id).getBytes(UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    /** A device with its own secret over WebSocket. */
    static Mqtt5BlockingClient mqtt5(int port, String id, MqttWebSocketConfig webSocket) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .webSocketConfig(webSocket)
                .identifier(id)
                .simpleAuth()
                .username(id)
                .password(("pw-" + id).getBytes(UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    /** A device with its own secret, connected. */
    static Mqtt3BlockingClient device3(GatewayRig.Running gateway, String id) {
        Mqtt3BlockingClient client = mqtt3(gateway, id, id, "pw-" + id);
        var unused = client.connect();
        return client;
    }

    /** A device with its own secret, connected. */
    static Mqtt5BlockingClient device5(GatewayRig.Running gateway, String id) {
        Mqtt5BlockingClient client = mqtt5(gateway, id, id, "pw-" + id);
        var unused = client.connect();
        return client;
    }

    /** A device, connected, and why its connection will end. */
    record Watched(Mqtt5BlockingClient client, CompletableFuture<Mqtt5DisconnectReasonCode> end) {}

    static Watched watched(GatewayRig.Running gateway, String id) {
        return watched(gateway.port(), id, null);
    }

    /** @param webSocket null for TCP */
    static Watched watched(int port, String id, @Nullable MqttWebSocketConfig webSocket) {
        CompletableFuture<Mqtt5DisconnectReasonCode> end = new CompletableFuture<>();
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .webSocketConfig(webSocket)
                .identifier(id)
                .simpleAuth()
                .username(id)
                .password(("pw-" + id).getBytes(UTF_8))
                .applySimpleAuth()
                .addDisconnectedListener(context -> {
                    if (context.getCause() instanceof Mqtt5DisconnectException told) {
                        end.complete(told.getMqttMessage().getReasonCode());
                    } else {
                        end.completeExceptionally(context.getCause());
                    }
                })
                .buildBlocking();
        var unused = client.connect();
        return new Watched(client, end);
    }

    static Mqtt5Client anonymous5(GatewayRig.Running gateway, String clientId) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(gateway.port())
                .identifier(clientId)
                .build();
    }
}
