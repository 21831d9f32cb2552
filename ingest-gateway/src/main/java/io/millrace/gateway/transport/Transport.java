package io.millrace.gateway.transport;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Vert.x that a server is given, so that we get at each connection before anything is read from it: an {@link MqttServer}
 * shows a connection only once its CONNECT has come, too late for what lies below MQTT, and for bytes that are no CONNECT.
 * TLS and PROXY headers are layers of ours for MQTT and HTTP alike, rather than Vert.x's: its TLS has no say on the size of
 * records and costs more memory, its PROXY headers have none on who may send them.
 */
public final class Transport extends VertxWrapper {
    private final Consumer<NetSocketInternal> arrived;
    private final Consumer<NetSocketInternal> connected;
    private final List<Layer> layers;

    private Transport(
            Vertx vertx,
            Consumer<NetSocketInternal> arrived,
            Consumer<NetSocketInternal> connected,
            List<Layer> layers) {
        super((VertxInternal) vertx);
        this.arrived = arrived;
        this.connected = connected;
        this.layers = layers;
    }

    /** @param connected called on the connection's event loop, with vertx-mqtt's handlers already in the pipeline */
    public static MqttServer mqtt(
            Vertx vertx, MqttServerOptions options, Listening listening, Consumer<NetSocketInternal> connected) {
        options.setHost(listening.host()).setPort(listening.vertxPort());
        return MqttServer.create(new Transport(vertx, DirectWrites::use, connected, listening.layers()), options);
    }

    /** @param connected called on the connection's event loop, with HTTP's codec already in the pipeline */
    public static HttpServer http(
            Vertx vertx, HttpServerOptions options, Listening listening, Consumer<NetSocketInternal> connected) {
        options.setHost(listening.host()).setPort(listening.vertxPort());
        return new HttpServerImpl(new Transport(vertx, socket -> {}, connected, listening.layers()), options);
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
        return new NetServerImpl(delegate, options) {
            /** The server above sets this, and in it puts its own handlers into the pipeline. */
            @Override
            public synchronized NetServerInternal connectHandler(Handler<NetSocket> handler) {
                return super.connectHandler(socket -> {
                    NetSocketInternal ours = (NetSocketInternal) socket;
                    ChannelPipeline pipeline = ours.channelHandlerContext().pipeline();
                    arrived.accept(ours);
                    handler.handle(ours);
                    connected.accept(ours);
                    for (Layer layer : layers) {
                        layer.putInto(pipeline);
                    }
                });
            }
        };
    }
}
