package io.millrace.gateway.mqtt;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
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

/**
 * The Vert.x that an {@link MqttServer} is given to carry MQTT in WebSocket frames. The server is a plain one, as over TCP; this
 * puts HTTP's upgrade and the frames below it, on every connection before anything is read. vertx-mqtt's own WebSocket is not
 * used: it knows one path, reports text frames and continued messages as bugs of ours, and copies all that is written.
 */
final class WebSocketTransport extends VertxWrapper {
    /** The only one that MQTT names [MQTT-6.0.0-3]. Who offers none, or only others, is served without. */
    private static final String SUBPROTOCOL = "mqtt";

    /** An upgrade has no body. */
    private static final int MAX_BODY = 1 << 10;

    /** How long a client that does not read may hold up its own end, in milliseconds. */
    private static final long CLOSE_WITHIN = 1_000;

    private final WebSocketServerProtocolConfig protocol;

    private WebSocketTransport(Vertx vertx, int maxFrameSize) {
        super((VertxInternal) vertx);
        protocol = WebSocketServerProtocolConfig.newBuilder()
                // Which path it may be is decided by UpgradeCheck.
                .websocketPath("/")
                .checkStartsWith(true)
                .subprotocols(SUBPROTOCOL)
                .allowExtensions(false)
                .maxFramePayloadLength(maxFrameSize)
                .withUTF8Validator(false)
                .forceCloseTimeoutMillis(CLOSE_WITHIN)
                .build();
    }

    /** A server whose frames are as long as its longest message. */
    static MqttServer server(Vertx vertx, MqttServerOptions options) {
        return MqttServer.create(new WebSocketTransport(vertx, options.getMaxMessageSize()), options);
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
        return new NetServerImpl(delegate, options) {
            /** vertx-mqtt sets this, and in it puts its own handlers into the pipeline of a new connection. */
            @Override
            public synchronized NetServerInternal connectHandler(Handler<NetSocket> handler) {
                return super.connectHandler(socket -> {
                    handler.handle(socket);
                    putBelowMqtt(
                            ((NetSocketInternal) socket).channelHandlerContext().pipeline());
                });
            }
        };
    }

    private void putBelowMqtt(ChannelPipeline pipeline) {
        pipeline.addBefore("mqttEncoder", "http", new HttpServerCodec())
                .addBefore("mqttEncoder", "httpBody", new HttpObjectAggregator(MAX_BODY, true))
                .addBefore("mqttEncoder", "upgradeCheck", new UpgradeCheck())
                .addBefore("mqttEncoder", "webSocket", new WebSocketServerProtocolHandler(protocol))
                .addBefore("mqttEncoder", "webSocketFrames", new WebSocketFrames());
    }
}
