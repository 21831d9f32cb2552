package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.live.LiveMessage;
import io.millrace.gateway.live.LiveQueue;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.Role;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with an operator: sees live telemetry of the devices it asks for, QoS 0, and sends commands by publishing to
 * {@code devices/{id}/commands}, which are tracked like any other. Its event loop only, unless a method says otherwise.
 */
final class OperatorConnection extends Connection {
    private static final Logger log = LoggerFactory.getLogger(OperatorConnection.class);

    private final MqttServices services;
    private final Identity.Operator identity;
    private final String clientId;
    private final Subscriptions subscriptions = new Subscriptions();
    private final LiveQueue live;

    OperatorConnection(
            MqttEndpoint endpoint, MqttSocket socket, Loop loop, MqttServices services, Identity.Operator identity) {
        super(endpoint, socket, loop, services.metrics(), services.config().receiveMaximum());
        this.services = services;
        this.identity = identity;
        String given = ClientId.of(endpoint);
        this.clientId = given.isEmpty() ? identity.name() + "-" + UUID.randomUUID() : given;
        this.live = new LiveQueue(loop, this::show, services.metrics().liveSent, services.metrics().liveDropped);
    }

    void open() {
        answered(ConnectOutcome.ACCEPTED);
        services.operators().add(this);
        Optional<String> assigned = ClientId.of(endpoint).isEmpty() ? Optional.of(clientId) : Optional.empty();
        accept(
                false,
                Connack.keepAliveSeconds(endpoint, services.config()),
                Connack.properties(endpoint, services.config(), SessionWish.of(endpoint, Duration.ZERO), assigned));
        read();
    }

    String keyId() {
        return identity.keyId();
    }

    String clientId() {
        return clientId;
    }

    @Override
    void published(MqttPublishMessage message, byte[] payload, Publication publication) {
        Optional<DeviceId> device = DeviceTopic.parse(message.topicName())
                .filter(topic -> topic.branch() == DeviceTopic.Branch.COMMANDS)
                .map(DeviceTopic::deviceId);
        if (device.isEmpty() || !identity.role().includes(Role.OPERATOR)) {
            uplink.refuse(publication);
            return;
        }
        if (payload.length > services.config().maxPacketSize()) {
            uplink.refuse(publication, RejectReason.TOO_LARGE, Uplink.QUOTA_EXCEEDED);
            return;
        }
        CommandRequest request = request(device.get(), message, payload);
        publication.note(request.commandId());
        publication.leaves(1, payload.length + device.get().value().length(), Publication.SUCCESS);
        services.writer().send(request.toRecord(services.topics()), publication);
    }

    private CommandRequest request(DeviceId device, MqttPublishMessage message, byte[] payload) {
        MqttProperties properties = message.properties();
        Instant now = services.clock().instant();
        Duration expiry =
                properties.getProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL) instanceof IntegerProperty seconds
                        ? Duration.ofSeconds(Integer.toUnsignedLong(seconds.value()))
                        : services.config().commandExpiry();
        Optional<String> contentType =
                properties.getProperty(MqttProperties.CONTENT_TYPE) instanceof StringProperty type
                        ? Optional.of(type.value())
                        : Optional.empty();
        return new CommandRequest(
                UUID.randomUUID().toString(),
                device,
                payload,
                contentType,
                CommandRequest.Origin.OPERATOR,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(identity.name()),
                // A command is to be acknowledged, however it came here; exactly once if it was sent so.
                Math.max(1, message.qosLevel().value()),
                0,
                now,
                now.plus(expiry));
    }

    /** SUBACK follows when everything that is published from then on will be seen. */
    @Override
    void subscribed(MqttSubscribeMessage message) {
        List<MqttSubAckReasonCode> codes =
                Grants.subscribe(message, mqtt5, subscriptions, OperatorConnection::isOfDevices, 0);
        live.filter(subscriptions.filters());
        if (subscriptions.size() == 0) {
            acknowledge(message, codes);
            return;
        }
        var unused = services.live()
                .join(live)
                .whenComplete((joined, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        log.atWarn()
                                .setCause(failure)
                                .addKeyValue("operator", identity.name())
                                .log("no live telemetry");
                        takeBack(message);
                    }
                    acknowledge(
                            message,
                            failure == null
                                    ? codes
                                    : Collections.nCopies(codes.size(), MqttSubAckReasonCode.UNSPECIFIED_ERROR));
                }));
    }

    private void takeBack(MqttSubscribeMessage message) {
        message.topicSubscriptions().forEach(wish -> {
            var unused = subscriptions.remove(wish.topicName());
        });
        live.filter(subscriptions.filters());
        if (subscriptions.size() == 0) {
            services.live().leave(live);
        }
    }

    private void acknowledge(MqttSubscribeMessage message, List<MqttSubAckReasonCode> codes) {
        if (!hasEnded()) {
            var unused = endpoint.subscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
        }
    }

    private static boolean isOfDevices(String filter) {
        return filter.startsWith(DeviceTopic.ROOT);
    }

    @Override
    void unsubscribed(MqttUnsubscribeMessage message) {
        var codes = Grants.unsubscribe(message, mqtt5, subscriptions);
        var unused = endpoint.unsubscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
        live.filter(subscriptions.filters());
        if (subscriptions.size() == 0) {
            services.live().leave(live);
        }
    }

    /** Whether the message was written; a client that does not keep up, or takes no packet so large, loses it. */
    private boolean show(LiveMessage message) {
        if (hasEnded() || !socket.isWritable() || message.size() > Connack.clientMaxPacketSize(endpoint)) {
            return false;
        }
        MqttProperties properties = mqtt5 ? message.properties() : MqttProperties.NO_PROPERTIES;
        socket.publish(message.topic(), message.payload(), 0, 0, false, properties);
        return true;
    }

    /** An operator sees for itself. */
    @Override
    void noticed(Sign sign, String detail) {}

    /** Nothing is sent to an operator with QoS 1 or 2. */
    @Override
    void acknowledged(int packetId, boolean refused) {}

    @Override
    void received(int packetId, boolean refused) {}

    @Override
    void completed(int packetId) {}

    @Override
    void sweep(long now) {
        if (services.keys().admits(identity, services.clock().instant())) {
            super.sweep(now);
        } else {
            end(CloseReason.NOT_AUTHORIZED);
        }
    }

    /** Any thread. */
    void keysChanged() {
        loop.execute(() -> {
            if (!hasEnded()
                    && !services.keys().admits(identity, services.clock().instant())) {
                end(CloseReason.NOT_AUTHORIZED);
            }
        });
    }

    /** Any thread. */
    void takenOver() {
        loop.execute(() -> end(CloseReason.TAKEN_OVER));
    }

    /** Any thread. */
    void gatewayStops() {
        loop.execute(() -> end(CloseReason.GATEWAY_STOPPING));
    }

    private void end(CloseReason reason) {
        disconnect(Goodbye.code(reason), reason);
    }

    /** An operator's session ends with its connection. */
    @Override
    boolean mayDisconnect(MqttProperties properties) {
        return SessionWish.asked(properties, 0) == 0 || SessionWish.asked(endpoint.connectProperties(), 0) != 0;
    }

    @Override
    void ended(CloseReason reason) {
        services.live().leave(live);
        services.operators().remove(this);
    }
}
