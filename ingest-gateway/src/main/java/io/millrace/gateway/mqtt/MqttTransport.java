package io.millrace.gateway.mqtt;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.function.Consumer;

/**
 * The Vert.x that an {@link MqttServer} is given, so that we get at each connection before anything is read from it. The
 * server itself shows a connection only once its CONNECT has come: too late for what lies below MQTT, and for bytes that are
 * no CONNECT.
 */
final class MqttTransport extends VertxWrapper {
    private final Consumer<NetSocketInternal> connected;

    private MqttTransport(Vertx vertx, Consumer<NetSocketInternal> connected) {
        super((VertxInternal) vertx);
        this.connected = connected;
    }

    /** @param connected called on the connection's event loop, with vertx-mqtt's handlers already in the pipeline */
    static MqttServer server(Vertx vertx, MqttServerOptions options, Consumer<NetSocketInternal> connected) {
        return MqttServer.create(new MqttTransport(vertx, connected), options);
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
        return new NetServerImpl(delegate, options) {
            /** vertx-mqtt sets this, and in it puts its own handlers into the pipeline. */
            @Override
            public synchronized NetServerInternal connectHandler(Handler<NetSocket> handler) {
                return super.connectHandler(socket -> {
                    NetSocketInternal ours = (NetSocketInternal) socket;
                    DirectWrites.use(ours);
                    handler.handle(ours);
                    connected.accept(ours);
                });
            }
        };
    }
}
