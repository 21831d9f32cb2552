package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.session.Takeover;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.vertx.mqtt.MqttEndpoint;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a device's session begins: Kafka gives its epoch, the registry still admits the device, the state of the session before is
 * taken over; then CONNACK. Lives from the accepted identity to CONNACK; its event loop only.
 */
final class Opening {
    private static final Logger log = LoggerFactory.getLogger(Opening.class);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final DeviceConnection connection;
    private final MqttSession session;
    private final MqttEndpoint endpoint;
    private final MqttServices services;
    private final SessionKeeping keeping;
    private final DeviceId device;
    private final Optional<String> assignedClientId;
    private final long since;
    private Optional<Kept> taken = Optional.empty();

    Opening(DeviceConnection connection, MqttSession session) {
        this.connection = connection;
        this.session = session;
        this.endpoint = connection.endpoint;
        this.services = connection.services;
        this.keeping = connection.keeping;
        this.device = connection.deviceId();
        this.assignedClientId = ClientId.of(endpoint).isEmpty() ? Optional.of(device.value()) : Optional.empty();
        this.since = connection.loop.nanos();
    }

    /** Asks Kafka for an epoch; CONNACK follows its answer. */
    void begin() {
        String clientId = assignedClientId.orElseGet(endpoint::clientIdentifier);
        services.sessions().beginOpening(device);
        CompletionStage<Void> refreshed = keeping.refreshed();
        var unused = services.sessionLog()
                .opened(
                        device,
                        clientId,
                        connection.mqtt5 ? "mqtt-5" : "mqtt-3.1.1",
                        connection.socket.remoteHost(),
                        endpoint.isCleanSession())
                .whenComplete((offset, failure) -> connection.loop.execute(
                        () -> opened(failure == null ? offset : MqttSession.UNKNOWN, refreshed)));
    }

    private void opened(long offset, CompletionStage<Void> refreshed) {
        session.begin(offset);
        if (!session.hasEpoch() || connection.hasEnded()) {
            var unused = services.sessions().notOpened(device);
            if (!session.hasEpoch()) {
                connection.refuse(Refusal.UNAVAILABLE);
            } else {
                // For all who read of this epoch, a session with a lower one is over.
                services.sessions().superseded(device, new Takeover(offset, session.isCleanStart(), true));
                services.sessionLog().closed(device, offset, CloseReason.CONNECTION_LOST);
            }
            return;
        }
        services.sessions().opened(session);
        // Only now, for from here on a change of the registry finds this session by itself.
        if (!connection.isAdmitted()) {
            Refusal.NOT_AUTHORIZED.tell(services.diagnostics(), device.value(), connection.socket);
            connection.refuse(Refusal.NOT_AUTHORIZED);
            return;
        }
        if (keeping.isNothing()) {
            accepted(Optional.empty());
            return;
        }
        var unused = keeping.take(offset, refreshed)
                .whenComplete((before, failure) -> connection.loop.execute(() -> taken(before, failure)));
    }

    private void taken(@Nullable Optional<Kept> before, @Nullable Throwable failure) {
        if (connection.hasEnded()) {
            return;
        }
        if (before == null) {
            log.atWarn().setCause(failure).addKeyValue("deviceId", device).log("session state not known");
            connection.refuse(Refusal.UNAVAILABLE);
            return;
        }
        taken = before;
        var unused = keeping.begin(session.epoch(), before)
                .whenComplete((v, refused) -> connection.loop.execute(() -> begun(before, refused)));
    }

    private void begun(Optional<Kept> before, @Nullable Throwable refused) {
        if (refused == null) {
            accepted(before);
        } else if (!connection.hasEnded()) {
            log.atWarn().setCause(refused).addKeyValue("deviceId", device).log("session state not written");
            connection.refuse(Refusal.UNAVAILABLE);
        }
    }

    /** What the session has taken over and, if it ends now, hands on as it was. */
    Kept taken() {
        return taken.orElse(Kept.NOTHING);
    }

    private void accepted(Optional<Kept> before) {
        if (connection.hasEnded()) {
            return;
        }
        if (!services.lease().isHeld(session.term())) {
            // The gateway has stopped, stood still or lost its slot meanwhile, and may not have found this session to
            // end it.
            connection.refuse(Refusal.UNAVAILABLE);
            return;
        }
        connection.answered(ConnectOutcome.ACCEPTED);
        connection.accepted(before, Connack.properties(endpoint, services.config(), keeping.wish(), assignedClientId));
    }

    /** Whether the device should rather try again later. */
    boolean isOverdue(long now) {
        return now - since > MOST_NANOS;
    }
}
