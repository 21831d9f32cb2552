package io.millrace.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;

/** Gives a connection the address that its PROXY header says, and goes. */
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        if (protocol.transportProtocol() == TransportProtocol.DGRAM) {
            var unused = context.close();
            throw new HAProxyProtocolException("datagrams were announced on a stream");
        }
        // A load balancer's own connections (LOCAL, UNKNOWN) and those that come through a file have none to tell.
        boolean told = protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
        if (told && header.sourceAddress() != null) {
            context.channel()
                    .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
                    .set(SocketAddress.inetSocketAddress(header.sourcePort(), header.sourceAddress()));
        }
        // Still in the pipeline, below those who are to hear it.
        context.fireUserEventTriggered(Source.CHANGED);
        context.pipeline().remove(this);
    }
}
