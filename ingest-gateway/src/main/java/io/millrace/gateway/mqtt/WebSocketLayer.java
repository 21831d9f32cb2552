package io.millrace.gateway.mqtt;

import io.millrace.gateway.transport.Layer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/**
 * HTTP's upgrade and WebSocket's frames, put below the MQTT of a plain {@link io.vertx.mqtt.MqttServer}. vertx-mqtt's own
 * WebSocket is not used: it knows one path, takes text frames and continued messages for bugs, and copies all that is written.
 */
public final class WebSocketLayer implements Layer {
    /** The only one that MQTT names [MQTT-6.0.0-3]. Who offers none, or only others, is served without. */
    private static final String SUBPROTOCOL = "mqtt";

    /** An upgrade has no body. */
    private static final int MAX_BODY = 1 << 10;

    /** How long a client that does not read may hold up its own end, in milliseconds. */
    private static final long CLOSE_WITHIN = 1_000;

    /** The lowest of vertx-mqtt's handlers. */
    private static final String MQTT = "mqttEncoder";

    private final WebSocketServerProtocolConfig protocol;

    /** @param maxFrameSize of what clients send, in bytes */
    public WebSocketLayer(int maxFrameSize) {
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

    @Override
    public void putInto(ChannelPipeline pipeline) {
        pipeline.addBefore(MQTT, "http", new HttpServerCodec())
                .addBefore(MQTT, "httpBody", new HttpObjectAggregator(MAX_BODY, true))
                .addBefore(MQTT, "upgradeCheck", new UpgradeCheck())
                .addBefore(MQTT, "webSocket", new WebSocketServerProtocolHandler(protocol))
                .addBefore(MQTT, "webSocketFrames", new WebSocketFrames());
    }
}
