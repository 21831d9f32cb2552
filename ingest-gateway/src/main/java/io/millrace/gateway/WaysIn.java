package io.millrace.gateway;

import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.FailureLimit;
import io.millrace.gateway.mqtt.StormConfig;
import io.millrace.gateway.mqtt.WebSocketLayer;
import io.millrace.gateway.psk.PskKeys;
import io.millrace.gateway.psk.PskLayer;
import io.millrace.gateway.tls.TlsLayer;
import io.millrace.gateway.tls.TlsServer;
import io.millrace.gateway.transport.Handshakes;
import io.millrace.gateway.transport.Layer;
import io.millrace.gateway.transport.Listening;
import io.millrace.gateway.transport.ProxyLayer;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.process.StartException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The ways into a gateway that are open, what lies below the protocol of each, and their ports. Lives as long as the gateway. */
final class WaysIn implements AutoCloseable {
    private final GatewayConfig config;
    private final GatewayMetrics metrics;
    private final Optional<TlsServer> tls;
    private final Handshakes handshakes;
    private final Map<Way, Integer> ports = new ConcurrentHashMap<>();

    /** @throws StartException if there are certificates and they cannot be used */
    WaysIn(GatewayConfig config, GatewayMetrics metrics, Clock clock) {
        this.config = config;
        this.metrics = metrics;
        StormConfig storm = config.storm().share(config.eventLoops());
        this.handshakes = new Handshakes(
                new FailureLimit(
                        config.identity().failuresOfName(), config.identity().failuresOfAddress(), System::nanoTime),
                storm.handshakesPerSecond(),
                storm.handshakesWaiting(),
                metrics);
        this.tls = config.tls().files().map(files -> new TlsServer(config.tls(), files, metrics, clock));
    }

    void start() {
        tls.ifPresent(TlsServer::start);
    }

    List<Listening> mqtt(DeviceTable devices) {
        Optional<PskLayer> psk =
                config.pskMaster().map(master -> new PskLayer(new PskKeys(devices, master), config.psk(), handshakes));
        return open(way -> !way.isHttp(), psk);
    }

    List<Listening> http() {
        return open(Way::isHttp, Optional.empty());
    }

    private List<Listening> open(Predicate<Way> kind, Optional<PskLayer> psk) {
        return Arrays.stream(Way.values())
                .filter(kind)
                .filter(config.ways()::contains)
                .filter(way -> tls.isPresent() || !way.needsCertificate())
                .filter(way -> psk.isPresent() || way != Way.MQTT_PSK)
                .map(way -> listening(way, psk))
                .toList();
    }

    private Listening listening(Way way, Optional<PskLayer> psk) {
        List<Layer> layers = new ArrayList<>();
        if (way.isWebSocket()) {
            layers.add(new WebSocketLayer(config.mqtt().maxBytesRead()));
        }
        if (way == Way.MQTT_PSK) {
            layers.add(psk.orElseThrow());
        }
        if (way.needsCertificate()) {
            layers.add(new TlsLayer(tls.orElseThrow(), handshakes));
        }
        (way.isHttp() ? config.http().proxyProtocolFrom() : config.mqtt().proxyProtocolFrom())
                .ifPresent(from -> layers.add(new ProxyLayer(from, metrics)));
        String host = way.isHttp() ? config.http().host() : config.mqtt().host();
        return new Listening(way, host, config.port(way), layers, port -> ports.put(way, port));
    }

    /** 0 for one that is not open. */
    int port(Way way) {
        return ports.getOrDefault(way, 0);
    }

    /** Those that are open, for the log. */
    @Override
    public String toString() {
        return Arrays.stream(Way.values())
                .filter(ports::containsKey)
                .map(way -> way.text() + ":" + port(way))
                .collect(Collectors.joining(","));
    }

    /** After the last connection has ended. */
    @Override
    public void close() {
        tls.ifPresent(TlsServer::close);
    }
}
