package io.millrace.gateway.http;

import io.millrace.gateway.flow.Limits;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.transport.Listening;
import io.millrace.gateway.transport.Transport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device HTTP listeners of one event loop; all of them share the ports, and Vert.x hands out the connections in turn. */
public final class HttpListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);
    private final HttpServices services;
    private final long bytes;
    private final int connections;
    private final List<Listening> ways;

    /**
     * @param bytes the most that this loop's requests hold, arriving and in flight to Kafka
     * @param connections the most that this loop has
     */
    public HttpListener(HttpServices services, long bytes, int connections, List<Listening> ways) {
        this.services = services;
        this.bytes = bytes;
        this.connections = connections;
        this.ways = ways;
    }

    @Override
    public Future<?> start() {
        Room room = new Room(((ContextInternal) context).nettyEventLoop(), bytes, services.metrics());
        services.metrics().countsBytesInFlight(room::bytesInFlight);
        Visitors visitors = new Visitors(connections, services.config(), services.metrics());
        services.metrics().countsHttpConnections(visitors::open);
        Posters posters = new Posters(new Limits(services.limits(), bytes));
        TelemetryIntake intake = new TelemetryIntake(
                services.writer(),
                services.topics(),
                services.commandLog(),
                services.diagnostics(),
                services.config().maxBody(),
                services.metrics(),
                services.clock());
        context.exceptionHandler(failure -> log.atError().setCause(failure).log("a request failed"));
        List<Future<?>> opening = new ArrayList<>();
        for (Listening way : ways) {
            opening.add(Transport.http(
                            vertx,
                            options(),
                            way,
                            socket -> visitors.arrived(
                                    socket.channelHandlerContext().channel()))
                    .requestHandler(request -> new Exchange(vertx, request, services, room, posters, intake).begin())
                    .listen()
                    .onSuccess(server -> way.opened().accept(server.actualPort()))
                    .recover(failure -> Future.failedFuture(way.failed(failure))));
        }
        return Future.all(opening);
    }

    private HttpServerOptions options() {
        var config = services.config();
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(Math.toIntExact(Math.max(1, config.idleTimeout().toSeconds())))
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // All answers are given on the connection's own event loop; spares each 4.7 KB for those that are not.
                .setStrictThreadMode(true)
                // Boards speak HTTP/1.1, and a connection then has one request at a time.
                .setHttp2ClearTextEnabled(false);
        options.setTcpNoDelay(true);
        return options;
    }
}
