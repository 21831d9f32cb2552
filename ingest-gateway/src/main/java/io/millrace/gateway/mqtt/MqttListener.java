package io.millrace.gateway.mqtt;

import io.millrace.gateway.Listening;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
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

    private static final int LONGEST_CLIENT_ID = 65_535;

    private final MqttServices services;
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
        MqttServer tcp = MqttTransport.server(vertx, options(config.port(), ANY_SHARED_PORT), this::listenForFailures);
        MqttServerOptions webSocketOptions = options(config.webSocketPort(), ANY_OTHER_SHARED_PORT);
        WebSocketLayer layer = new WebSocketLayer(webSocketOptions.getMaxMessageSize());
        MqttServer webSocket = MqttTransport.server(vertx, webSocketOptions, socket -> {
            listenForFailures(socket);
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
                // Up to twice the size that is declared is read, so that too large a message can be answered and kept.
                .setMaxMessageSize(2 * config.maxPacketSize())
                .setMaxClientIdLength(LONGEST_CLIENT_ID)
                .setAutoClientId(false)
                .setTimeoutOnConnect(
                        Math.max(1, Math.toIntExact(config.connectTimeout().toSeconds())));
        options.setAcceptBacklog(config.acceptBacklog());
        options.setTcpNoDelay(true);
        return options;
    }

    /** Until its CONNECT has come, when vertx-mqtt sets another; without one, Vert.x logs every stray byte as an error. */
    private void listenForFailures(NetSocketInternal socket) {
        var unused = socket.exceptionHandler(this::onFailure);
    }

    /** What no connection has taken: bytes that are no CONNECT, packets behind a close, and bugs. */
    private void onFailure(Throwable failure) {
        if (failure instanceof DecoderException || failure instanceof IOException || isFromEndpoint(failure)) {
            services.metrics().protocolErrors.increment();
            log.atDebug().setCause(failure).log("a client's bytes were not understood");
        } else {
            log.atError().setCause(failure).log("a conversation failed");
        }
    }

    /** vertx-mqtt throws so when a packet comes behind the end of its connection, or with a code that does not exist. */
    private static boolean isFromEndpoint(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof IllegalArgumentException
                && trace.length > 0
                && trace[0].getClassName().startsWith("io.vertx.mqtt.");
    }

    @Override
    public Future<?> stop() {
        if (loop != null) {
            loop.stop();
        }
        return Future.succeededFuture();
    }
}
