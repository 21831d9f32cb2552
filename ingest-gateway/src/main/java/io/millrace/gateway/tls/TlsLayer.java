package io.millrace.gateway.tls;

import io.millrace.gateway.GatewayMetrics.HandshakeFailure;
import io.millrace.gateway.transport.Handshakes;
import io.millrace.gateway.transport.Layer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS below MQTT, WebSocket or HTTP. A handshake that fails or takes too long ends its connection. */
public final class TlsLayer implements Layer {
    /**
     * The most that we put into one record: boards cut their buffers to 2 to 4 KB, and few of them ask for smaller records
     * (RFC 6066's max_fragment_length, which of the two engines only the JDK's heeds).
     */
    private static final int RECORD = 2 << 10;

    private final TlsServer server;
    private final Handshakes handshakes;

    public TlsLayer(TlsServer server, Handshakes handshakes) {
        this.server = server;
        this.handshakes = handshakes;
    }

    @Override
    public void putInto(ChannelPipeline pipeline) {
        handshakes.guard(pipeline, "tls", server.patience(), () -> tls(pipeline.channel()));
    }

    private ChannelHandler tls(Channel channel) {
        SslHandler handler = server.handler(channel.alloc());
        handler.setWrapDataSize(RECORD);
        var unused = handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                handshakes.done();
            } else {
                handshakes.failed(channel, why(handshake.cause()));
            }
        });
        return handler;
    }

    private static HandshakeFailure why(Throwable failure) {
        if (failure instanceof SslHandshakeTimeoutException) {
            return HandshakeFailure.TIMEOUT;
        }
        if (failure instanceof NotSslRecordException) {
            return HandshakeFailure.NOT_TLS;
        }
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return HandshakeFailure.CERTIFICATE;
            }
        }
        return failure instanceof SSLException ? HandshakeFailure.PROTOCOL : HandshakeFailure.GONE;
    }
}
