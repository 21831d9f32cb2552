package io.millrace.gateway.tls;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.transport.Layer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;

/** TLS below MQTT, WebSocket or HTTP. A handshake that fails or takes too long ends its connection. */
public final class TlsLayer implements Layer {
    /**
     * The most that we put into one record: boards cut their buffers to 2 to 4 KB, and few of them ask for smaller records
     * (RFC 6066's max_fragment_length, which of the two engines only the JDK's heeds).
     */
    private static final int RECORD = 2 << 10;

    private final TlsServer server;
    private final GenericFutureListener<Future<Channel>> counted;

    public TlsLayer(TlsServer server, GatewayMetrics metrics) {
        this.server = server;
        this.counted = handshake -> {
            if (handshake.isSuccess()) {
                metrics.tlsHandshakes.increment();
            } else {
                metrics.tlsHandshakesFailed.increment();
            }
        };
    }

    @Override
    public void putInto(ChannelPipeline pipeline) {
        SslHandler handler = server.handler(pipeline.channel().alloc());
        handler.setWrapDataSize(RECORD);
        pipeline.addFirst("tls", handler);
        var unused = handler.handshakeFuture().addListener(counted);
    }
}
