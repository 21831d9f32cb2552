package io.millrace.gateway.mqtt;

import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.identity.Credential;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.telemetry.UserProperties;
import io.millrace.gateway.topic.OwnTopic;
import io.millrace.gateway.topic.TopicFilter;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.DeviceTopic.Branch;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.millrace.schemas.SessionState.Unfinished;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with one device, from its accepted identity to the end of its session. The session begins with its {@link
 * Opening}; until that is through nothing is read. Its event loop only; its {@link MqttSession} is what all others see of it.
 */
final class DeviceConnection extends Connection {
    /** Of the packet ids that a session leaves: ours is the Receive Maximum, MQTT 3.1.1 has none. */
    private static final int MOST_RECEIVED = 1_000;

    final MqttServices services;
    private final TelemetryIntake intake;
    private final Source source;
    private final Credential credential;
    private final Optional<Will> will;
    private final Subscriptions subscriptions = new Subscriptions();
    final SessionKeeping keeping;
    private final MqttSession session = new MqttSession(this);
    private @Nullable Downlink downlink;
    /** Until the session is accepted. */
    private @Nullable Opening opening;

    DeviceConnection(
            MqttEndpoint endpoint,
            MqttSocket socket,
            Loop loop,
            TelemetryIntake intake,
            MqttServices services,
            Identity.Device identity) {
        super(endpoint, socket, loop, services.metrics(), services.config().receiveMaximum());
        this.services = services;
        this.intake = intake;
        this.source = new Source(identity.id());
        this.credential = identity.credential();
        this.will = Will.of(endpoint);
        this.keeping = new SessionKeeping(
                services.states(),
                identity.id(),
                SessionWish.of(endpoint, services.config().maxSessionExpiry()));
        this.opening = new Opening(this, session);
    }

    void open() {
        if (opening != null) {
            opening.begin();
        }
    }

    /** The session begins, or goes on with what was kept before. */
    void accepted(Optional<Kept> before, MqttProperties connack) {
        opening = null;
        String root = DeviceTopic.ROOT + deviceId().value() + "/";
        before.ifPresent(state -> {
            state.subscriptions().forEach(s -> subscriptions.put(new TopicFilter(root + s.filter()), s.qos()));
            state.received().forEach(uplink.received()::add);
        });
        accept(before.isPresent(), Connack.keepAliveSeconds(endpoint, services.config()), connack);
        if (before.isPresent() && !hasEnded()) {
            downlink = new Downlink(
                    endpoint,
                    socket,
                    services,
                    deviceId(),
                    session.epoch(),
                    before.get().sent());
            downlink.subscribed(subscriptions);
            downlink.sendConfig();
        }
        read();
    }

    boolean isAccepted() {
        return opening == null;
    }

    /** Whether the registry still knows it by what it showed. */
    boolean isAdmitted() {
        return services.devices().admits(deviceId(), credential);
    }

    @Override
    void sweep(long now) {
        if (opening != null && opening.isOverdue(now)) {
            refuse(Refusal.UNAVAILABLE);
        } else if (credential.isOver(services.clock())) {
            disconnect(Goodbye.code(CloseReason.NOT_AUTHORIZED), CloseReason.NOT_AUTHORIZED);
        } else {
            super.sweep(now);
        }
    }

    @Override
    void published(MqttPublishMessage message, byte[] payload, Publication publication) {
        UserProperties beside = mqtt5 ? UserProperties.of(message.properties()) : UserProperties.NONE;
        Optional<String> correlated = mqtt5 ? CommandPacket.correlated(message.properties()) : Optional.empty();
        publish(message.topicName(), payload, message.isDup(), beside, correlated, publication);
    }

    private void publish(
            String topic,
            byte[] payload,
            boolean dup,
            UserProperties beside,
            Optional<String> correlated,
            Publication publication) {
        String id = deviceId().value();
        switch (OwnTopic.of(topic, id)) {
            case TELEMETRY -> intake.telemetry(source, topic, Optional.empty(), payload, dup, beside, publication);
            case TELEMETRY_CHANNEL ->
                intake.telemetry(
                        source, topic, Optional.of(OwnTopic.channel(topic, id)), payload, dup, beside, publication);
            case STATE -> intake.state(source, topic, payload, publication);
            case RESPONSES ->
                intake.response(
                        source,
                        topic,
                        payload,
                        (named, then) -> then.accept(meant(named.or(() -> correlated))),
                        publication);
            case FOREIGN -> {
                noticed(Sign.FOREIGN_TOPIC, topic);
                uplink.refuse(publication);
            }
        }
    }

    @Override
    void subscribed(MqttSubscribeMessage message) {
        String id = deviceId().value();
        var codes = Grants.subscribe(message, mqtt5, subscriptions, filter -> OwnTopic.isOwn(filter, id), 2);
        Grants.refused(message, codes).ifPresent(filter -> noticed(Sign.FOREIGN_TOPIC, filter));
        whenKept(() -> {
            var unused = endpoint.subscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
            downlink().subscribed(subscriptions);
            if (Grants.grant(message, codes, DeviceTopic.of(deviceId(), Branch.CONFIG))) {
                downlink().sendConfig();
            }
        });
    }

    /** What a session that is kept promises, Kafka knows first. */
    private void whenKept(Runnable then) {
        Optional<CompletionStage<Void>> known = keeping.subscribed(subscriptions);
        if (known.isEmpty()) {
            then.run();
            return;
        }
        var unused = known.get()
                .whenComplete((v, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        disconnect(MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, CloseReason.CONNECTION_LOST);
                    } else if (!hasEnded()) {
                        then.run();
                    }
                }));
    }

    @Override
    void unsubscribed(MqttUnsubscribeMessage message) {
        var codes = Grants.unsubscribe(message, mqtt5, subscriptions);
        whenKept(() -> {
            var unused = endpoint.unsubscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
            downlink().subscribed(subscriptions);
        });
    }

    /** Only devices that take commands or configuration have one. */
    Downlink downlink() {
        Downlink existing = downlink;
        if (existing == null) {
            existing = new Downlink(endpoint, socket, services, deviceId(), session.epoch(), List.of());
            downlink = existing;
        }
        return existing;
    }

    @Override
    void acknowledged(int packetId, boolean refused) {
        if (downlink != null) {
            downlink.acknowledged(packetId, refused);
        }
    }

    @Override
    void received(int packetId, boolean refused) {
        downlink().received(packetId, refused);
    }

    @Override
    void completed(int packetId) {
        if (downlink != null) {
            downlink.completed(packetId);
        }
    }

    @Override
    void noticed(Sign sign, String detail) {
        services.diagnostics().noticed(deviceId(), sign, detail);
    }

    @Override
    void ended(CloseReason reason) {
        if (!session.hasEpoch()) {
            return;
        }
        List<Unfinished> sent = downlink == null ? List.of() : downlink.close();
        if (keeping.isKept() && opening != null) {
            keeping.handOn(
                    session.by(), opening.taken().received(), opening.taken().sent());
        } else if (keeping.isKept()) {
            uplink.whenAllAnswered(
                    () -> keeping.handOn(session.by(), uplink.received().toList(MOST_RECEIVED), sent));
        }
        if (isAccepted()) {
            will.ifPresent(last -> leave(last, reason));
        }
        // After the will is where those look who hear of a newer session.
        services.sessions().remove(session);
        if (reason == CloseReason.TAKEN_OVER) {
            noticed(Sign.TAKEN_OVER, "");
        } else if (reason == CloseReason.KEEP_ALIVE_TIMEOUT) {
            noticed(Sign.KEEP_ALIVE_TIMEOUT, endpoint.keepAliveTimeSeconds() + " s");
        }
        services.sessionLog().closed(deviceId(), session.epoch(), reason);
    }

    private void leave(Will last, CloseReason reason) {
        long delay = WillFate.delaySeconds(last, reason, session.by(), keeping.expirySeconds());
        if (delay != WillFate.NEVER) {
            last.leave(delay, source, intake, loop, services, session.epoch());
        }
    }

    @Override
    boolean mayDisconnect(MqttProperties properties) {
        return keeping.mayDisconnect(
                properties,
                SessionWish.asked(endpoint.connectProperties(), 0),
                services.config().maxSessionExpiry());
    }

    DeviceId deviceId() {
        return source.id();
    }

    /** The command that the device means with an answer. */
    Optional<String> meant(Optional<String> named) {
        return downlink == null ? named : downlink.answered(named);
    }

    void registryChanged() {
        if (hasEnded()) {
            return;
        }
        if (!isAdmitted()) {
            disconnect(Goodbye.code(CloseReason.NOT_AUTHORIZED), CloseReason.NOT_AUTHORIZED);
        } else if (downlink != null) {
            downlink.configChanged();
        }
    }
}
