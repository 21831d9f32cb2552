package io.millrace.simulator;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Opens connections of one group of devices to its server. Made once for all event loops; reads the CA file, and looks the server's
 * name up, when it is made.
 */
final class Connector {
    private static final int MOST_HTTP_BYTES = 64 * 1024;

    private final ServerAddress server;
    private final SocketAddress remote;
    private final List<InetSocketAddress> sources;
    private final Optional<SslContext> tls;
    private final Duration timeout;

    /** @throws IllegalArgumentException if the CA file cannot be read */
    Connector(ServerAddress server, List<String> sources, Duration timeout) {
        this.server = server;
        this.remote = new InetSocketAddress(server.host(), server.port());
        this.sources =
                sources.stream().map(source -> new InetSocketAddress(source, 0)).toList();
        this.tls = server.transport().tls() ? Optional.of(tls(server)) : Optional.empty();
        this.timeout = timeout;
    }

    /** TLS 1.2, and no session to resume: what esp-mqtt has. */
    private static SslContext tls(ServerAddress server) {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient().protocols("TLSv1.2").sessionCacheSize(1);
            server.ca().ifPresent(ca -> {
                File file = ca.toFile();
                SslContextBuilder unused = builder.trustManager(file);
            });
            return builder.build();
        } catch (SSLException | IllegalArgumentException unusable) {
            String what = server.ca().map(ca -> "ca: " + ca).orElse("TLS");
            throw new IllegalArgumentException(what + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /** The device's number chooses one of the source addresses: each has ports for some 28,000 connections to one server. */
    ChannelFuture connect(EventLoop loop, Link link, int device) {
        boolean epoll = FleetLoops.epoll();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2 * EspBuffer.BYTES))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        layers(channel, link);
                    }
                });
        if (sources.isEmpty()) {
            return bootstrap.connect(remote);
        }
        if (epoll) {
            // Only connect() chooses the port, so that one that another server's connection has can be taken too.
            bootstrap = bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        return bootstrap.connect(remote, sources.get(device % sources.size()));
    }

    private void layers(SocketChannel channel, Link link) {
        ChannelPipeline pipeline = channel.pipeline();
        tls.ifPresent(context -> pipeline.addLast(context.newHandler(channel.alloc(), server.host(), server.port())));
        if (server.transport().webSocket()) {
            pipeline.addLast(
                    new HttpClientCodec(),
                    new HttpObjectAggregator(MOST_HTTP_BYTES),
                    new WebSocketClientProtocolHandler(webSocket()),
                    BinaryFrames.INSTANCE);
        } else if (server.transport().http()) {
            pipeline.addLast(new HttpClientCodec(), new HttpObjectAggregator(MOST_HTTP_BYTES));
        }
        pipeline.addLast(link);
    }

    private WebSocketClientProtocolConfig webSocket() {
        String scheme = server.transport().tls() ? "wss" : "ws";
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create(scheme + "://" + server.authority() + server.path()))
                .version(WebSocketVersion.V13)
                .subprotocol("mqtt")
                .customHeaders(new DefaultHttpHeaders())
                .handshakeTimeoutMillis(timeout.toMillis())
                .maxFramePayloadLength(256 * 1024)
                .build();
    }
}
