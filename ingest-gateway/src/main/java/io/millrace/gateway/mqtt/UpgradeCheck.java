package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.util.Set;

/**
 * The first and only HTTP request of a connection: it asks for MQTT at one of our paths, or is told what is wrong and the
 * connection ends. Once it has let one through, it is gone from the pipeline.
 */
final class UpgradeCheck extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Set<String> PATHS = Set.of("/mqtt", "/ws");
    private static final String VERSION = WebSocketVersion.V13.toHttpHeaderValue();

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "this is no HTTP (expected a WebSocket's upgrade)");
        } else if (!PATHS.contains(path(request.uri()))) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "MQTT over WebSocket is at /mqtt and /ws");
        } else if (!VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "expected a WebSocket's upgrade, version " + VERSION);
        } else {
            context.fireChannelRead(request.retain());
            context.pipeline().remove(this);
        }
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String why) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(why + "\n", UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        var unused = context.writeAndFlush(response).addListener((ChannelFutureListener) sent -> {
            // From here, not from the channel: the handlers behind know a WebSocket's close only.
            var unusedClose = context.close();
        });
    }
}
