package io.millrace.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Between frames and the stream of bytes that MQTT sees: a packet may span frames and a frame may hold many packets
 * [MQTT-6.0.0-2]. What is written is one binary frame for each buffer, without a copy. Anything but binary ends the
 * connection [MQTT-6.0.0-1]. Pings and closes never come this far.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean binary = message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame;
        if (binary && !refused) {
            context.fireChannelRead(((WebSocketFrame) message).content());
            return;
        }
        ReferenceCountUtil.release(message);
        if (!refused) {
            // A continuation behind it would be text too.
            refused = true;
            refuse(context);
        }
    }

    private static void refuse(ChannelHandlerContext context) {
        WebSocketCloseStatus status = WebSocketCloseStatus.INVALID_MESSAGE_TYPE;
        String why = "MQTT comes in binary frames";
        var unused = context.writeAndFlush(new CloseWebSocketFrame(status, why));
        // Counted, and the end of the conversation and of the channel, like any other bytes that are no MQTT.
        context.fireExceptionCaught(new CorruptedWebSocketFrameException(status, why));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var unused =
                context.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }
}
