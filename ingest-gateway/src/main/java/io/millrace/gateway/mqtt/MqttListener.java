package io.millrace.gateway.mqtt;

import io.millrace.gateway.Listening;
import io.millrace.gateway.packet.PacketDecoder;
import io.millrace.gateway.packet.PacketLimits;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MQTT listener of one event loop; all of them share the ports, and Vert.x hands out the connections in turn. */
public final class MqttListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MqttListener.class);
    /** For any free port that all instances share, Vert.x wants a negative number, another for each listener. */
    private static final int ANY_SHARED_PORT = -1;

    private static final int ANY_OTHER_SHARED_PORT = -2;

    private final MqttServices services;
    private final PacketLimits limits;
    private final long bytesInFlight;
    private final IntConsumer listening;
    private final IntConsumer listeningForWebSockets;
    private @Nullable Loop loop;

    /**
     * @param bytesInFlight the most that this loop's connections have in flight to Kafka
     * @param listening told the port
     * @param listeningForWebSockets told the port of MQTT over WebSocket
     */
    public MqttListener(
            MqttServices services, long bytesInFlight, IntConsumer listening, IntConsumer listeningForWebSockets) {
        this.services = services;
        var config = services.config();
        this.limits = new PacketLimits(
                config.maxPacketSize(),
                // So that too large a message can be answered and kept.
                2 * config.maxPacketSize(),
                config.topicAliases(),
                config.connectTimeout());
        this.bytesInFlight = bytesInFlight;
        this.listening = listening;
        this.listeningForWebSockets = listeningForWebSockets;
    }

    @Override
    public Future<?> start() {
        Loop started = new Loop(((ContextInternal) context).nettyEventLoop(), bytesInFlight, services.metrics());
        loop = started;
        started.start();
        services.metrics().countsBytesInFlight(started::bytesInFlight);
        context.exceptionHandler(this::onFailure);
        var config = services.config();
        TelemetryIntake intake = new TelemetryIntake(
                services.writer(),
                services.topics(),
                services.commandLog(),
                services.diagnostics(),
                config.maxPacketSize(),
                services.metrics(),
                services.clock());
        Admission admission = new Admission(services, started, intake);
        MqttServer tcp = MqttTransport.server(vertx, options(config.port(), ANY_SHARED_PORT), this::prepare);
        MqttServerOptions webSocketOptions = options(config.webSocketPort(), ANY_OTHER_SHARED_PORT);
        WebSocketLayer layer = new WebSocketLayer(limits.largestPublish());
        MqttServer webSocket = MqttTransport.server(vertx, webSocketOptions, socket -> {
            prepare(socket);
            layer.putBelowMqtt(socket.channelHandlerContext().pipeline());
        });
        return listen(tcp, admission, config.port(), "mqtt.port", listening)
                .compose(v -> listen(
                        webSocket, admission, config.webSocketPort(), "mqtt.websocket.port", listeningForWebSockets));
    }

    private Future<?> listen(
            MqttServer server, Admission admission, int port, String setting, IntConsumer listeningAt) {
        return server.endpointHandler(admission::arrive)
                .listen()
                .onSuccess(started -> listeningAt.accept(started.actualPort()))
                .recover(failure -> Future.failedFuture(
                        Listening.failed(failure, services.config().host(), port, setting)));
    }

    private MqttServerOptions options(int port, int anyPort) {
        var config = services.config();
        MqttServerOptions options = new MqttServerOptions()
                .setHost(config.host())
                .setPort(port == 0 ? anyPort : port)
                .setAutoClientId(false)
                // PacketDecoder sees to that, also if the bytes come one by one.
                .setTimeoutOnConnect(0);
        options.setAcceptBacklog(config.acceptBacklog());
        options.setTcpNoDelay(true);
        return options;
    }

    /** The failure handler is for the time until CONNECT has come, when vertx-mqtt sets another. */
    private void prepare(NetSocketInternal socket) {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        var unused = pipeline.replace("mqttDecoder", "mqttDecoder", new PacketDecoder(limits));
        var unused2 = socket.exceptionHandler(this::onFailure);
    }

    /** What no connection has taken: bytes that are no CONNECT, and bugs. */
    private void onFailure(Throwable failure) {
        if (Connection.isFromClient(failure)) {
            services.metrics().protocolErrors.increment();
            log.atDebug().setCause(failure).log("a client's bytes were not understood");
        } else {
            log.atError().setCause(failure).log("a conversation failed");
        }
    }

    @Override
    public Future<?> stop() {
        if (loop != null) {
            loop.stop();
        }
        return Future.succeededFuture();
    }
}
