package io.millrace.gateway.transport;

import io.millrace.gateway.GatewayMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;

/**
 * The PROXY header (HAProxy's, version 1 or 2) with which a load balancer begins each connection, to say whose it is. Where one
 * is expected each connection must have one, and come from those who may send it: else anybody could take any address. Bytes
 * that are no header end their connection; how long one may take is limited by what lies above.
 */
public final class ProxyLayer implements Layer {
    /** Bytes of what version 2 may say beside the addresses. */
    private static final int MAX_EXTRAS = 1 << 10;

    private final AddressRanges from;
    private final GatewayMetrics metrics;

    /** @param from whose headers are believed */
    public ProxyLayer(AddressRanges from, GatewayMetrics metrics) {
        this.from = from;
        this.metrics = metrics;
    }

    @Override
    public void putInto(ChannelPipeline pipeline) {
        Channel channel = pipeline.channel();
        if (channel.remoteAddress() instanceof InetSocketAddress peer && from.contains(peer.getAddress())) {
            pipeline.addFirst("proxyHeader", new ProxyHeader())
                    .addFirst("proxyDecoder", new HAProxyMessageDecoder(MAX_EXTRAS));
        } else {
            metrics.proxyPeersRefused.increment();
            var unused = channel.close();
        }
    }
}
