package io.millrace.gateway.http;

import io.millrace.gateway.Listening;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device HTTP listener of one event loop; all of them share the port, and Vert.x hands out the connections in turn. */
public final class HttpListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);
    /** Vert.x shares one free port among all listeners with the same negative number: MQTT has -1, its WebSocket -2. */
    private static final int ANY_SHARED_PORT = -3;

    private final HttpServices services;
    private final long bytes;
    private final IntConsumer listening;

    /**
     * @param bytes the most that this loop's requests hold, arriving and in flight to Kafka
     * @param listening told the port
     */
    public HttpListener(HttpServices services, long bytes, IntConsumer listening) {
        this.services = services;
        this.bytes = bytes;
        this.listening = listening;
    }

    @Override
    public Future<?> start() {
        Room room = new Room(((ContextInternal) context).nettyEventLoop(), bytes, services.metrics());
        services.metrics().countsBytesInFlight(room::bytesInFlight);
        TelemetryIntake intake = new TelemetryIntake(
                services.writer(),
                services.topics(),
                services.commandLog(),
                services.diagnostics(),
                services.config().maxBody(),
                services.metrics(),
                services.clock());
        context.exceptionHandler(failure -> log.atError().setCause(failure).log("a request failed"));
        return vertx.createHttpServer(options())
                .requestHandler(request -> new Exchange(vertx, request, services, room, intake).begin())
                .listen()
                .onSuccess(server -> listening.accept(server.actualPort()))
                .recover(failure -> Future.failedFuture(Listening.failed(
                        failure, services.config().host(), services.config().port(), "http.port")));
    }

    private HttpServerOptions options() {
        var config = services.config();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port() == 0 ? ANY_SHARED_PORT : config.port())
                .setIdleTimeout(Math.toIntExact(Math.max(1, config.idleTimeout().toSeconds())))
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // Boards speak HTTP/1.1, and a connection then has one request at a time.
                .setHttp2ClearTextEnabled(false);
        options.setTcpNoDelay(true);
        return options;
    }
}
