package io.millrace.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;

/** MQTT's bytes in binary WebSocket frames; where a packet begins says nothing about where a frame does [MQTT-6.0.0-2]. */
@Sharable
final class BinaryFrames extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    static final BinaryFrames INSTANCE = new BinaryFrames();

    private BinaryFrames() {}

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        out.add(frame.content().retain());
    }
}
