package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * A record of {@code device-sessions}. Two numbers in it are offsets that Kafka gave, a total order without a lock service:
 * the <em>epoch</em> of a device's session is the offset of its {@link Opened} record, the <em>incarnation</em> of a gateway
 * is the offset of its {@link GatewayStarted} record.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SessionEvent.Opened.class, name = "opened"),
    @JsonSubTypes.Type(value = SessionEvent.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = SessionEvent.Unready.class, name = "unready"),
    @JsonSubTypes.Type(value = SessionEvent.Closed.class, name = "closed"),
    @JsonSubTypes.Type(value = SessionEvent.GatewayStarted.class, name = "gateway-started"),
    @JsonSubTypes.Type(value = SessionEvent.GatewayHeartbeat.class, name = "gateway-heartbeat"),
    @JsonSubTypes.Type(value = SessionEvent.GatewayStopped.class, name = "gateway-stopped")
})
public sealed interface SessionEvent {
    int slot();

    Instant at();

    /** Of one device; key = its id. */
    sealed interface OfDevice extends SessionEvent permits Opened, Ready, Unready, Closed {
        DeviceId deviceId();

        long incarnation();
    }

    /** Of one gateway; key = {@link #gatewayKey}. */
    sealed interface OfGateway extends SessionEvent permits GatewayStarted, GatewayHeartbeat, GatewayStopped {}

    /**
     * A device has authenticated; CONNACK follows once Kafka has this record. Its offset is the session's epoch; any session
     * of that device with a lower epoch is over.
     *
     * @param protocol {@code mqtt-3.1.1}, {@code mqtt-5} or {@code http}
     * @param address the device's network address, without port
     */
    record Opened(
            DeviceId deviceId,
            int slot,
            long incarnation,
            Instant at,
            String clientId,
            String protocol,
            String address,
            boolean cleanStart)
            implements OfDevice {}

    /** The device has subscribed to its command topic: what is pending can be written to it. */
    record Ready(DeviceId deviceId, int slot, long incarnation, long epoch, Instant at, int qos) implements OfDevice {}

    /** The device has unsubscribed from its command topic but stays connected. */
    record Unready(DeviceId deviceId, int slot, long incarnation, long epoch, Instant at) implements OfDevice {}

    /** That session is over. Says nothing about a session with another epoch. */
    record Closed(DeviceId deviceId, int slot, long incarnation, long epoch, Instant at, CloseReason reason)
            implements OfDevice {}

    /** A gateway begins to serve a slot. Sessions of the slot's earlier incarnations are over. */
    record GatewayStarted(int slot, Instant at) implements OfGateway {}

    /**
     * The gateway lives. If nothing more is heard for {@code leaseMillis}, its sessions are over.
     *
     * @param sessions devices connected now
     */
    record GatewayHeartbeat(int slot, long incarnation, Instant at, long leaseMillis, int sessions)
            implements OfGateway {}

    /** The gateway has closed all its sockets. */
    record GatewayStopped(int slot, long incarnation, Instant at) implements OfGateway {}

    /** Why a session ended. */
    enum CloseReason {
        /** DISCONNECT by the client. */
        CLIENT_DISCONNECT,
        /** The socket broke or was closed without DISCONNECT. */
        CONNECTION_LOST,
        KEEP_ALIVE_TIMEOUT,
        TAKEN_OVER,
        /** Disabled, deleted, or its credential changed. */
        NOT_AUTHORIZED,
        PROTOCOL_ERROR,
        GATEWAY_STOPPING,
        /** The gateway stood still beyond its lease, or another one has its slot. */
        LEASE_LOST;

        /** The word on the wire: lower case with dashes. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static String gatewayKey(int slot) {
        return "gateway/" + slot;
    }

    static boolean isGatewayKey(String key) {
        return key.startsWith("gateway/");
    }
}
