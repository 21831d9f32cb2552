package io.millrace.gateway.mqtt;

import io.millrace.gateway.packet.PacketDecoder;
import io.millrace.gateway.packet.PacketLimits;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.transport.Listening;
import io.millrace.gateway.transport.Transport;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttServerOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MQTT listeners of one event loop; all of them share the ports, and Vert.x hands out the connections in turn. */
public final class MqttListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MqttListener.class);

    private final MqttServices services;
    private final PacketLimits limits;
    private final long bytesInFlight;
    private final List<Listening> ways;
    private @Nullable Loop loop;

    /**
     * @param bytesInFlight the most that this loop's connections have in flight to Kafka
     */
    public MqttListener(MqttServices services, long bytesInFlight, List<Listening> ways) {
        this.services = services;
        var config = services.config();
        this.limits = new PacketLimits(
                config.maxPacketSize(), config.maxBytesRead(), config.topicAliases(), config.connectTimeout());
        this.bytesInFlight = bytesInFlight;
        this.ways = ways;
    }

    @Override
    public Future<?> start() {
        Loop started = new Loop(
                ((ContextInternal) context).nettyEventLoop(), bytesInFlight, services.limits(), services.metrics());
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
        Strangers strangers = new Strangers(services.storm().strangers(), services.metrics().strangersClosed);
        Admission admission = new Admission(services, started, intake, strangers);
        List<Future<?>> opening = new ArrayList<>();
        for (Listening way : ways) {
            opening.add(Transport.mqtt(vertx, options(), way, socket -> prepare(socket, strangers))
                    .endpointHandler(admission::arrive)
                    .listen()
                    .onSuccess(server -> way.opened().accept(server.actualPort()))
                    .recover(failure -> Future.failedFuture(way.failed(failure))));
        }
        return Future.all(opening);
    }

    private MqttServerOptions options() {
        var config = services.config();
        MqttServerOptions options = new MqttServerOptions()
                .setAutoClientId(false)
                // PacketDecoder sees to that, also if the bytes come one by one.
                .setTimeoutOnConnect(0);
        options.setAcceptBacklog(config.acceptBacklog());
        options.setTcpNoDelay(true);
        return options;
    }

    /** The failure handler is for the time until CONNECT has come, when vertx-mqtt sets another. */
    private void prepare(NetSocketInternal socket, Strangers strangers) {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        strangers.arrived(pipeline.channel());
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
