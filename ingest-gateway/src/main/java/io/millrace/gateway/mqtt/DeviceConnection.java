package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.identity.Credential;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.session.Takeover;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.telemetry.UserProperties;
import io.millrace.gateway.topic.OwnTopic;
import io.millrace.gateway.topic.TopicFilter;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.DeviceTopic.Branch;
import io.millrace.schemas.Dispatch;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with one device, from its accepted identity to the end of its session. The session begins when Kafka has
 * given its epoch; until then nothing is read. Its event loop only, except for what {@link DeviceSession} offers to all.
 */
final class DeviceConnection extends Connection implements DeviceSession {
    private static final Logger log = LoggerFactory.getLogger(DeviceConnection.class);
    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long UNKNOWN = -1;
    /** Of the packet ids that a session leaves: ours is the Receive Maximum, MQTT 3.1.1 has none. */
    private static final int MOST_RECEIVED = 1_000;

    private final MqttServices services;
    private final TelemetryIntake intake;
    private final Source source;
    private final Credential credential;
    private final Optional<Will> will;
    private final Optional<String> assignedClientId;
    private final long since;
    private final Subscriptions subscriptions = new Subscriptions();
    private final SessionKeeping keeping;
    private @Nullable Downlink downlink;
    private boolean accepted;
    /** The newer session that ended this one. */
    private @Nullable Takeover by;

    private volatile long epoch = UNKNOWN;

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
        this.since = loop.nanos();
        this.keeping = new SessionKeeping(
                services.states(),
                identity.id(),
                SessionWish.of(endpoint, services.config().maxSessionExpiry()));
        this.assignedClientId =
                ClientId.of(endpoint).isEmpty() ? Optional.of(identity.id().value()) : Optional.empty();
    }

    /** Asks Kafka for an epoch; CONNACK follows its answer. */
    void open() {
        String clientId = assignedClientId.orElseGet(endpoint::clientIdentifier);
        services.sessions().beginOpening(deviceId());
        CompletionStage<Void> refreshed = keeping.refreshed();
        var unused = services.sessionLog()
                .opened(
                        deviceId(),
                        clientId,
                        mqtt5 ? "mqtt-5" : "mqtt-3.1.1",
                        socket.remoteHost(),
                        endpoint.isCleanSession())
                .whenComplete(
                        (offset, failure) -> loop.execute(() -> opened(failure == null ? offset : UNKNOWN, refreshed)));
    }

    private void opened(long offset, CompletionStage<Void> refreshed) {
        epoch = offset;
        if (offset == UNKNOWN || hasEnded()) {
            var unused = services.sessions().notOpened(deviceId());
            if (offset == UNKNOWN) {
                refuse(Refusal.UNAVAILABLE);
            } else {
                // For all who read of this epoch, a session with a lower one is over.
                services.sessions().superseded(deviceId(), offset, new Takeover(isCleanStart(), true));
                services.metrics().connect(ConnectOutcome.GONE);
                services.sessionLog().closed(deviceId(), offset, CloseReason.CONNECTION_LOST);
            }
            return;
        }
        services.sessions().opened(this);
        // Only now, for from here on a change of the registry finds this session by itself.
        if (!services.devices().admits(deviceId(), credential)) {
            Refusal.NOT_AUTHORIZED.tell(services.diagnostics(), deviceId().value(), socket);
            refuse(Refusal.NOT_AUTHORIZED);
            return;
        }
        if (keeping.isNothing()) {
            accepted(Optional.empty());
            return;
        }
        var unused = keeping.take(offset, refreshed)
                .whenComplete((before, failure) -> loop.execute(() -> taken(before, failure)));
    }

    private void taken(@Nullable Optional<Kept> before, @Nullable Throwable failure) {
        if (hasEnded()) {
            return;
        }
        if (before == null) {
            log.atWarn().setCause(failure).addKeyValue("deviceId", deviceId()).log("session state not known");
            refuse(Refusal.UNAVAILABLE);
            return;
        }
        var unused = keeping.begin(epoch, before).whenComplete((v, refused) -> loop.execute(() -> accepted(before)));
    }

    private void accepted(Optional<Kept> before) {
        if (hasEnded()) {
            return;
        }
        accepted = true;
        services.metrics().connect(ConnectOutcome.ACCEPTED);
        String root = DeviceTopic.ROOT + deviceId().value() + "/";
        before.ifPresent(state -> {
            state.subscriptions().forEach(s -> subscriptions.put(new TopicFilter(root + s.filter()), s.qos()));
            state.received().forEach(uplink.received()::add);
        });
        accept(
                before.isPresent(),
                Connack.keepAliveSeconds(endpoint, services.config()),
                Connack.properties(endpoint, services.config(), keeping.wish(), assignedClientId));
        if (before.isPresent() && !hasEnded()) {
            downlink = new Downlink(
                    endpoint, socket, services, deviceId(), epoch, before.get().sent());
            downlink.subscribed(subscriptions);
            downlink.sendConfig();
        }
    }

    @Override
    void sweep(long now) {
        if (!accepted && now - since > OPENING_NANOS) {
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
        publish(message.topicName(), payload, message.isDup(), beside, publication);
    }

    private void publish(String topic, byte[] payload, boolean dup, UserProperties beside, Publication publication) {
        String id = deviceId().value();
        switch (OwnTopic.of(topic, id)) {
            case TELEMETRY -> intake.telemetry(source, topic, Optional.empty(), payload, dup, beside, publication);
            case TELEMETRY_CHANNEL ->
                intake.telemetry(
                        source, topic, Optional.of(OwnTopic.channel(topic, id)), payload, dup, beside, publication);
            case STATE -> intake.state(source, topic, payload, publication);
            case RESPONSES ->
                intake.response(source, topic, payload, (named, then) -> then.accept(meant(named)), publication);
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
    private Downlink downlink() {
        Downlink existing = downlink;
        if (existing == null) {
            existing = new Downlink(endpoint, socket, services, deviceId(), epoch, List.of());
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
        if (epoch == UNKNOWN) {
            return;
        }
        List<Unfinished> sent = downlink == null ? List.of() : downlink.close();
        if (keeping.isKept()) {
            uplink.whenAllAnswered(() -> keeping.handOn(by, uplink.received().toList(MOST_RECEIVED), sent));
        }
        if (accepted) {
            will.ifPresent(last -> leave(last, reason));
        }
        // After the will is where those look who hear of a newer session.
        services.sessions().remove(this);
        if (reason == CloseReason.TAKEN_OVER) {
            noticed(Sign.TAKEN_OVER, "");
        } else if (reason == CloseReason.KEEP_ALIVE_TIMEOUT) {
            noticed(Sign.KEEP_ALIVE_TIMEOUT, endpoint.keepAliveTimeSeconds() + " s");
        }
        services.metrics().closed(reason);
        services.sessionLog().closed(deviceId(), epoch, reason);
    }

    private void leave(Will last, CloseReason reason) {
        long delay = WillFate.delaySeconds(last, reason, by, keeping.expirySeconds());
        if (delay != WillFate.NEVER) {
            last.leave(delay, source, intake, loop, services, epoch);
        }
    }

    @Override
    boolean mayDisconnect(MqttProperties properties) {
        return keeping.mayDisconnect(
                properties,
                SessionWish.asked(endpoint.connectProperties(), 0),
                services.config().maxSessionExpiry());
    }

    @Override
    public void stateOverwritten() {
        loop.execute(() -> {
            if (accepted && !hasEnded()) {
                keeping.overwritten(epoch);
            }
        });
    }

    @Override
    public DeviceId deviceId() {
        return source.id();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void end(CloseReason reason) {
        loop.execute(() -> disconnect(Goodbye.code(reason), reason));
    }

    @Override
    public void takenOver(Takeover newer) {
        loop.execute(() -> {
            if (hasEnded()) {
                // Its will waits since.
                services.sessions().wills().opened(deviceId(), Long.MAX_VALUE, newer.cleanStart());
            } else {
                by = newer;
                disconnect(Goodbye.code(CloseReason.TAKEN_OVER), CloseReason.TAKEN_OVER);
            }
        });
    }

    @Override
    public boolean isCleanStart() {
        return keeping.wish().cleanStart();
    }

    @Override
    public void deliver(Dispatch dispatch) {
        loop.execute(() -> {
            if (hasEnded()) {
                services.commandLog().undelivered(dispatch, UndeliveredReason.SESSION_GONE);
            } else if (!downlink().deliver(dispatch)) {
                services.metrics().commandsRepeated.increment();
            }
        });
    }

    @Override
    public void answered(Optional<String> named, Consumer<Optional<String>> then) {
        loop.execute(() -> then.accept(meant(named)));
    }

    private Optional<String> meant(Optional<String> named) {
        return downlink == null ? named : downlink.answered(named);
    }

    @Override
    public void registryChanged() {
        loop.execute(() -> {
            if (hasEnded()) {
                return;
            }
            if (!services.devices().admits(deviceId(), credential)) {
                disconnect(Goodbye.code(CloseReason.NOT_AUTHORIZED), CloseReason.NOT_AUTHORIZED);
            } else if (downlink != null) {
                downlink.configChanged();
            }
        });
    }
}
