package io.millrace.gateway.mqtt;

import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.psk.PskPeer;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.tls.ClientCertificate;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens to a CONNECT: who is it, may it, and which conversation begins. One for each event loop. */
final class Admission {
    private final MqttServices services;
    private final Loop loop;
    private final TelemetryIntake intake;
    private final Strangers strangers;
    private final WaitingRoom room;

    Admission(MqttServices services, Loop loop, TelemetryIntake intake, Strangers strangers) {
        this.services = services;
        this.loop = loop;
        this.intake = intake;
        this.strangers = strangers;
        this.room = new WaitingRoom(loop, services.storm(), services.metrics());
        services.metrics().countsWaiting(room::waiting);
    }

    void arrive(MqttEndpoint endpoint) {
        MqttSocket socket = MqttSocket.of(endpoint, loop);
        Stranger client = strangers.spoke(socket.channel());
        Optional<Refusal> refusal = refusal(endpoint);
        if (refusal.isPresent()) {
            refuse(endpoint, socket, refusal.get());
        } else if (isLimited(endpoint, socket)) {
            // Before it takes a place that somebody else may need.
            refuse(endpoint, socket, Refusal.TOO_MANY_FAILURES);
        } else if (!room.enter(endpoint, client, waited -> enter(endpoint, socket, client, waited))) {
            refuse(endpoint, socket, Refusal.BUSY);
        }
    }

    private void enter(MqttEndpoint endpoint, MqttSocket socket, Stranger client, long waited) {
        if (waited > 0 && !services.lease().admits()) {
            refuse(endpoint, socket, Refusal.UNAVAILABLE);
            return;
        }
        Identity identity = identify(endpoint, socket);
        if (identity instanceof Identity.Device device) {
            admit(endpoint, socket, client, device, waited);
        } else if (identity instanceof Identity.Operator operator) {
            admit(endpoint, socket, operator);
        } else if (identity instanceof Identity.BadClientId) {
            refuse(endpoint, socket, Refusal.BAD_CLIENT_ID);
        } else if (identity instanceof Identity.TooManyFailures) {
            refuse(endpoint, socket, Refusal.TOO_MANY_FAILURES);
        } else if (identity instanceof Identity.NotAuthorized) {
            refuse(endpoint, socket, Refusal.NOT_AUTHORIZED);
        } else {
            refuse(endpoint, socket, Refusal.BAD_CREDENTIALS);
        }
    }

    private Optional<Refusal> refusal(MqttEndpoint endpoint) {
        int version = endpoint.protocolVersion();
        if (version != MqttVersion.MQTT_3_1_1.protocolLevel() && version != MqttVersion.MQTT_5.protocolLevel()) {
            return Optional.of(Refusal.VERSION);
        }
        if (ClientId.isMissing(endpoint)) {
            return Optional.of(Refusal.BAD_CLIENT_ID);
        }
        if (endpoint.connectProperties().getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
            return Optional.of(Refusal.AUTHENTICATION_METHOD);
        }
        if (!Connack.fits(endpoint, ClientId.of(endpoint).isEmpty() ? claimed(endpoint) : "")) {
            return Optional.of(Refusal.SMALL_PACKETS);
        }
        boolean retainedWill = endpoint.will().isWillFlag() && endpoint.will().isWillRetain();
        if (retainedWill && Connack.isMqtt5(endpoint)) {
            return Optional.of(Refusal.RETAINED_WILL);
        }
        return services.lease().admits() ? Optional.empty() : Optional.of(Refusal.UNAVAILABLE);
    }

    private boolean isLimited(MqttEndpoint endpoint, MqttSocket socket) {
        Optional<MqttAuth> auth = Optional.ofNullable(endpoint.auth());
        return PskPeer.of(socket.channel()).isEmpty()
                && services.authenticator()
                        .isLimited(
                                socket.remoteHost(),
                                ClientId.of(endpoint),
                                auth.map(MqttAuth::getUsername),
                                password(auth));
    }

    /** Either may be there alone; vertx-mqtt has no null for a password that is not. */
    private static Optional<String> password(Optional<MqttAuth> auth) {
        return auth.map(MqttAuth::getPassword).filter(given -> !given.isEmpty());
    }

    /** By its pre-shared key; else by its password, which says more than a certificate; else by that. */
    private Identity identify(MqttEndpoint endpoint, MqttSocket socket) {
        Optional<PskPeer> psk = PskPeer.of(socket.channel());
        if (psk.isPresent()) {
            return services.peers().byPsk(psk.get().device(), psk.get().generation(), ClientId.of(endpoint));
        }
        Optional<MqttAuth> auth = Optional.ofNullable(endpoint.auth());
        Optional<String> password = password(auth);
        Optional<X509Certificate> certificate = password.isPresent()
                ? Optional.empty()
                : ClientCertificate.of(socket.channel().pipeline());
        if (certificate.isPresent()) {
            return services.peers().byCertificate(certificate.get(), ClientId.of(endpoint));
        }
        return services.authenticator()
                .identify(socket.remoteHost(), ClientId.of(endpoint), auth.map(MqttAuth::getUsername), password);
    }

    private void admit(MqttEndpoint endpoint, MqttSocket socket, Stranger client, Identity.Device device, long waited) {
        if (!Will.of(endpoint).map(will -> will.isAllowed(device.id())).orElse(true)) {
            refuse(endpoint, socket, Refusal.FOREIGN_WILL);
            return;
        }
        Runnable open = () -> new DeviceConnection(endpoint, socket, loop, intake, services, device).open();
        // Whose identity another board uses too waits, and with it the end of the other's session.
        long wait = Math.min(services.identities().wait(device.id()).toNanos(), ConnectPace.LONGEST_NANOS - waited);
        if (wait <= 0) {
            open.run();
        } else if (!room.hold(endpoint, client, wait, open)) {
            refuse(endpoint, socket, Refusal.BUSY);
        }
    }

    /** An operator has no topics of its own that a will could go to. */
    private void admit(MqttEndpoint endpoint, MqttSocket socket, Identity.Operator operator) {
        if (Will.of(endpoint).isEmpty()) {
            new OperatorConnection(endpoint, socket, loop, services, operator).open();
        } else {
            refuse(endpoint, socket, Refusal.FOREIGN_WILL);
        }
    }

    private void refuse(MqttEndpoint endpoint, MqttSocket socket, Refusal refusal) {
        services.metrics().connect(refusal.outcome());
        refusal.tell(services.diagnostics(), claimed(endpoint), socket);
        socket.dropWhatFollows();
        var unused = endpoint.reject(refusal.code(Connack.isMqtt5(endpoint)));
    }

    /** What the client says it is, true or not. */
    private static String claimed(MqttEndpoint endpoint) {
        @Nullable String user = endpoint.auth() == null ? null : endpoint.auth().getUsername();
        return user != null ? user : ClientId.of(endpoint);
    }
}
