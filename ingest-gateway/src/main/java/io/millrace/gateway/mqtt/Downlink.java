package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.command.Outbox;
import io.millrace.gateway.identity.DeviceEntry;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.DeviceTopic.Branch;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionState;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttEndpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one device: its commands and its configuration, as its subscriptions ask for them. Lives as long as the
 * connection, from the first subscription or command on; its event loop only.
 */
final class Downlink implements Outbox.Wire {
    /** Type, remaining length, lengths of topic and of properties, packet id: at their longest. */
    private static final int FRAME = 1 + 4 + 2 + 2 + 1;

    private final MqttEndpoint endpoint;
    private final MqttSocket socket;
    private final MqttServices services;
    private final DeviceId device;
    private final long epoch;
    private final boolean mqtt5;
    private final Outbox outbox;
    private byte @Nullable [] sentConfig;
    /** With which the device takes commands and configuration; -1 if it does not. */
    private int commandQos = -1;

    private int configQos = -1;

    /** @param earlier what the session's connection before had not finished */
    Downlink(
            MqttEndpoint endpoint,
            MqttSocket socket,
            MqttServices services,
            DeviceId device,
            long epoch,
            List<SessionState.Unfinished> earlier) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.services = services;
        this.device = device;
        this.epoch = epoch;
        this.mqtt5 = Connack.isMqtt5(endpoint);
        this.outbox = new Outbox(
                this, services.commandLog(), services.clock(), epoch, Connack.clientReceiveMaximum(endpoint), earlier);
        outbox.released().forEach(packetId -> socket.pubrel(packetId, 0));
    }

    /** Tells whether the device takes commands, if that has changed. */
    void subscribed(Subscriptions subscriptions) {
        int before = commandQos;
        commandQos = subscriptions.qos(DeviceTopic.of(device, Branch.COMMANDS));
        configQos = subscriptions.qos(DeviceTopic.of(device, Branch.CONFIG));
        if (commandQos >= 0 && commandQos != before) {
            orEnd(services.sessionLog().ready(device, epoch, commandQos));
        } else if (commandQos < 0 && before >= 0) {
            orEnd(services.sessionLog().unready(device, epoch));
        }
    }

    /** A device of which Kafka does not learn what it subscribes to would wait in vain: better it comes again. */
    private void orEnd(CompletionStage<Long> known) {
        var unused = known.whenComplete((offset, failure) -> {
            if (failure != null) {
                socket.close();
            }
        });
    }

    /** @return whether it was new */
    boolean deliver(Dispatch dispatch) {
        return outbox.deliver(dispatch, commandQos);
    }

    @Override
    public boolean write(Dispatch dispatch, int qos, int packetId) {
        return write(dispatch, qos, packetId, false);
    }

    @Override
    public boolean writeAgain(Dispatch dispatch, int qos, int packetId) {
        return write(dispatch, qos, packetId, true);
    }

    private boolean write(Dispatch dispatch, int qos, int packetId, boolean dup) {
        CommandPacket packet =
                CommandPacket.of(dispatch, mqtt5, services.clock().instant());
        if (!fits(packet.size())) {
            return false;
        }
        socket.publish(packet.topic(), packet.payload(), qos, packetId, dup, packet.properties());
        return true;
    }

    /** [MQTT-3.1.2-24] */
    private boolean fits(int size) {
        return !mqtt5 || size <= Connack.clientMaxPacketSize(endpoint);
    }

    /** @return the command that the device means with an answer */
    Optional<String> answered(Optional<String> named) {
        return outbox.answered(named);
    }

    void acknowledged(int packetId, boolean refused) {
        outbox.acknowledged(packetId, refused, commandQos);
    }

    void received(int packetId, boolean refused) {
        int answer = outbox.received(packetId, refused, commandQos);
        if (answer >= 0) {
            socket.pubrel(packetId, mqtt5 ? answer : 0);
        }
    }

    void completed(int packetId) {
        outbox.completed(packetId, commandQos);
    }

    /** The configuration has changed, perhaps. */
    void configChanged() {
        Optional<byte[]> config = config();
        if (configQos >= 0 && config.isPresent() && !Arrays.equals(config.get(), sentConfig)) {
            sendConfig();
        }
    }

    /** If the device takes it and there is one. */
    void sendConfig() {
        byte[] config = config().orElse(null);
        if (config == null || configQos < 0) {
            return;
        }
        sentConfig = config;
        String topic = DeviceTopic.of(device, Branch.CONFIG);
        if (!fits(FRAME + topic.getBytes(UTF_8).length + config.length)) {
            services.metrics().configTooLarge.increment();
            services.diagnostics()
                    .noticed(
                            device,
                            Sign.CONFIG_TOO_LARGE,
                            config.length + " bytes, it takes " + Connack.clientMaxPacketSize(endpoint));
            return;
        }
        int packetId = configQos == 0 ? 0 : outbox.reserve().orElse(0);
        socket.publish(topic, config, packetId == 0 ? 0 : 1, packetId, false, MqttProperties.NO_PROPERTIES);
    }

    private Optional<byte[]> config() {
        return services.devices().find(device.value()).flatMap(DeviceEntry::config);
    }

    /** @return what the session's next connection must know */
    List<SessionState.Unfinished> close() {
        return outbox.close();
    }
}
