package io.millrace.gateway;

import io.millrace.gateway.flow.LimitsConfig;
import io.millrace.gateway.identity.CertificateConfig;
import io.millrace.gateway.identity.IdentityConfig;
import io.millrace.gateway.mqtt.StormConfig;
import io.millrace.gateway.psk.PskConfig;
import io.millrace.gateway.session.DrainConfig;
import io.millrace.gateway.tls.TlsConfig;
import io.millrace.gateway.transport.AddressRanges;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.schemas.PskMaster;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a gateway is set up.
 *
 * @param slot its number among the gateways, = its partition of {@code command-dispatch}
 * @param heartbeat how often it tells the others that it lives
 * @param lease how long they believe it
 * @param eventLoops at least 1
 * @param ways in, those that may be open
 * @param pskMaster from which the devices' keys for TLS-PSK are derived; absent for no TLS-PSK at all
 * @param allowAnonymous whether a client without user name is taken for the device that its client id names
 */
public record GatewayConfig(
        int slot,
        Duration heartbeat,
        Duration lease,
        int eventLoops,
        Set<Way> ways,
        Mqtt mqtt,
        TlsConfig tls,
        PskConfig psk,
        Http http,
        Flow flow,
        LimitsConfig limits,
        StormConfig storm,
        DrainConfig drain,
        boolean allowAnonymous,
        IdentityConfig identity,
        CertificateConfig certificates,
        Optional<PskMaster> pskMaster,
        KafkaSettings kafka) {
    private static final int MAX_PACKET = 512 << 10;

    public GatewayConfig {
        ways = Set.copyOf(ways);
        if (heartbeat.isZero() || lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "gateway.lease: " + lease + " (expected at least twice gateway.heartbeat, " + heartbeat + ")");
        }
    }

    /**
     * The MQTT listeners.
     *
     * @param port 0 for any free one, like the other ports
     * @param proxyProtocolFrom whose PROXY headers are believed, on connections that must all have one; absent for none
     * @param maxPacketSize in bytes, declared to MQTT 5 clients
     * @param receiveMaximum unacknowledged messages that an MQTT 5 client may have
     * @param topicAliases that an MQTT 5 client may have, 0 for none
     * @param connectTimeout within which CONNECT must come
     * @param maxKeepAlive told to MQTT 5 clients that want a longer one or none
     * @param maxSessionExpiry how long the session of a device that has left is kept at most
     * @param commandExpiry of an operator's command that does not say its own
     */
    public record Mqtt(
            String host,
            int port,
            int webSocketPort,
            int webSocketTlsPort,
            Optional<AddressRanges> proxyProtocolFrom,
            int acceptBacklog,
            int maxPacketSize,
            int receiveMaximum,
            int topicAliases,
            Duration connectTimeout,
            Duration maxKeepAlive,
            Duration maxSessionExpiry,
            Duration commandExpiry) {
        /** Up to twice the packet size that is declared is read, so that too large a message can be answered and kept. */
        public int maxBytesRead() {
            return 2 * maxPacketSize;
        }

        static Mqtt of(Settings settings) {
            return new Mqtt(
                    settings.text("mqtt.host", "127.0.0.1", "Address of the MQTT listener; 0.0.0.0 for all."),
                    settings.port("mqtt.port", 1883, "MQTT over TCP."),
                    settings.port("mqtt.websocket.port", 8083, "MQTT over WebSocket, at /mqtt and /ws."),
                    settings.port("mqtt.websocket.tls.port", 8084, "MQTT over WebSocket over TLS (wss)."),
                    rangesOf(settings, "mqtt.proxy-protocol-from"),
                    settings.number("mqtt.accept-backlog", 4096, 1, 65_535, "Connections that wait to be accepted."),
                    (int) bounded(
                            settings,
                            "mqtt.max-packet-size",
                            256 << 10,
                            1 << 10,
                            MAX_PACKET,
                            "The largest packet that a client may send."),
                    settings.number(
                            "mqtt.receive-maximum",
                            100,
                            1,
                            65_535,
                            "Unacknowledged messages that an MQTT 5 client may have; a low number stalls esp-mqtt."),
                    settings.number(
                            "mqtt.topic-alias-maximum",
                            16,
                            0,
                            65_535,
                            "Topic aliases that an MQTT 5 client may have; 0 for none."),
                    settings.duration(
                            "mqtt.connect-timeout", Duration.ofSeconds(10), "Within which CONNECT must come."),
                    settings.duration(
                            "mqtt.max-keep-alive",
                            Duration.ofMinutes(20),
                            "The longest keep alive for MQTT 5 clients, which are told."),
                    settings.duration(
                            "mqtt.max-session-expiry",
                            Duration.ofDays(7),
                            "How long a persistent session waits for its device; MQTT 5 clients that want more are told."),
                    settings.duration(
                            "mqtt.command-expiry",
                            Duration.ofHours(1),
                            "How long an operator's command waits for its device, if it does not say so itself."));
        }
    }

    /** @return 0 for any free one */
    public int port(Way way) {
        return switch (way) {
            case MQTT -> mqtt.port();
            case WEB_SOCKET -> mqtt.webSocketPort();
            case HTTP -> http.port();
            case MQTT_TLS -> tls.port();
            case WEB_SOCKET_TLS -> mqtt.webSocketTlsPort();
            case HTTP_TLS -> http.tlsPort();
            case MQTT_PSK -> psk.port();
        };
    }

    /**
     * The device HTTP listeners.
     *
     * @param port 0 for any free one, like the TLS port
     * @param proxyProtocolFrom as for MQTT
     * @param maxBody in bytes
     * @param requestTimeout within which a request must be here, its body too
     * @param idleTimeout after which a connection on which nothing moves is closed
     * @param pollGrace how long a session outlives its last poll
     * @param maxPolling devices that may have such a session
     * @param maxConnections open at once
     * @param provisioningPerSecond requests of each provisioning key
     */
    public record Http(
            String host,
            int port,
            int tlsPort,
            Optional<AddressRanges> proxyProtocolFrom,
            int maxBody,
            Duration requestTimeout,
            Duration idleTimeout,
            Duration pollGrace,
            int maxPolling,
            int maxConnections,
            int provisioningPerSecond) {
        static Http of(Settings settings) {
            return new Http(
                    settings.text("http.host", "127.0.0.1", "Address of the device HTTP listener; 0.0.0.0 for all."),
                    settings.port("http.port", 8081, "Device HTTP."),
                    settings.port("http.tls.port", 8443, "Device HTTP over TLS."),
                    rangesOf(settings, "http.proxy-protocol-from"),
                    (int) bounded(
                            settings,
                            "http.max-body",
                            256 << 10,
                            1 << 10,
                            MAX_PACKET,
                            "The largest body that a device may post."),
                    settings.duration(
                            "http.request-timeout",
                            Duration.ofSeconds(30),
                            "Within which a request must be here, its body too."),
                    settings.duration(
                            "http.idle-timeout",
                            Duration.ofSeconds(75),
                            "After which a connection on which nothing moves is closed; no poll waits longer."),
                    settings.duration(
                            "http.poll-grace",
                            Duration.ofMinutes(1),
                            "How long a device that polls for commands counts as connected after its last poll."),
                    settings.number(
                            "http.max-polling",
                            20_000,
                            1,
                            1_000_000,
                            "Devices that may poll for commands at the same time."),
                    settings.number(
                            "http.max-connections",
                            20_000,
                            1,
                            1_000_000,
                            "Connections of device HTTP; one more closes one that waits for its next request."),
                    settings.number(
                            "provisioning.requests-per-second",
                            50,
                            1,
                            100_000,
                            "New devices that each provisioning key may ask for; five seconds' worth at once."));
        }
    }

    /**
     * What bounds the memory between the sockets and Kafka.
     *
     * @param bytesInFlight handed to Kafka and not yet acknowledged; above it nothing more is read from the sockets
     * @param linger how long a record waits for others to share its batch
     */
    public record Flow(long bytesInFlight, Duration linger) {
        static Flow of(Settings settings) {
            return new Flow(
                    bounded(
                            settings,
                            "flow.bytes-in-flight",
                            64 << 20,
                            4 << 20,
                            8L << 30,
                            "Bytes on the way to Kafka; above it nothing more is read from the sockets."),
                    settings.duration(
                            "flow.linger",
                            Duration.ofMillis(2),
                            "How long a record waits for others: less is quicker, more is cheaper."));
        }
    }

    /** Reads every key of the gateway; the caller finishes the settings. */
    public static GatewayConfig of(Settings settings) {
        int slot = settings.number(
                "gateway.slot", 0, 0, 9_999, "This gateway's number, different for each that runs: 0, 1, 2, …");
        Duration heartbeat = settings.duration(
                "gateway.heartbeat", Duration.ofSeconds(3), "How often the gateway says that it lives.");
        Duration lease = settings.duration(
                "gateway.lease",
                Duration.ofSeconds(15),
                "How long its sessions count without a heartbeat; at least twice that.");
        if (heartbeat.isZero() || lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            settings.problem("gateway.lease", lease.toString(), "expected at least twice gateway.heartbeat");
            heartbeat = Duration.ofSeconds(3);
            lease = Duration.ofSeconds(15);
        }
        DrainConfig drain = DrainConfig.of(settings);
        int eventLoops = settings.number("gateway.event-loops", 0, 0, 1_024, "Event loops; 0 for one for each core.");
        int loops = eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
        return new GatewayConfig(
                slot,
                heartbeat,
                lease,
                loops,
                ways(settings),
                Mqtt.of(settings),
                TlsConfig.of(settings),
                PskConfig.of(settings),
                Http.of(settings),
                Flow.of(settings),
                LimitsConfig.of(settings),
                StormConfig.of(settings, loops),
                drain,
                settings.flag(
                        "security.allow-anonymous",
                        false,
                        "Take a client without user name for the device that its client id names; for local tests."),
                IdentityConfig.of(settings),
                CertificateConfig.of(settings),
                PskConfig.master(settings),
                KafkaSettings.of(settings));
    }

    private static Optional<AddressRanges> rangesOf(Settings settings, String path) {
        List<String> from = settings.list(
                path,
                List.of(),
                "Load balancers, as addresses or ranges, that begin each connection with a PROXY header (v1 or v2) to say whose"
                        + " it is. Where there are any, nobody else may connect.");
        try {
            return from.isEmpty() ? Optional.empty() : Optional.of(AddressRanges.of(from));
        } catch (IllegalArgumentException e) {
            settings.problem(path, String.join(", ", from), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Set<Way> ways(Settings settings) {
        String path = "gateway.listeners";
        List<String> all = Arrays.stream(Way.values()).map(Way::text).toList();
        Set<Way> ways = EnumSet.noneOf(Way.class);
        for (String text : settings.list(
                path,
                all,
                "The ways in; those of TLS open only where there is a certificate (mqtt.tls.certificate).")) {
            Optional<Way> found = Arrays.stream(Way.values())
                    .filter(way -> way.text().equals(text))
                    .findAny();
            found.ifPresentOrElse(
                    ways::add,
                    () -> settings.problem(path, "\"" + text + "\"", "expected one of " + String.join(", ", all)));
        }
        return ways;
    }

    private static long bounded(Settings settings, String path, long standard, long min, long max, String meaning) {
        long value = settings.bytes(path, standard, meaning);
        if (value < min || value > max) {
            settings.problem(path, Long.toString(value), "expected " + min + " to " + max + " bytes");
            return standard;
        }
        return value;
    }
}
