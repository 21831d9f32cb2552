package io.millrace.gateway.transport;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from, as its PROXY header says or else its socket: what anybody holds before he is known is counted
 * by it. Who has one address of an IPv6 network has all of its 2^64, so such a network is one source.
 */
public final class Source {
    /** Passed up a connection's pipeline when its PROXY header has said that it comes from somewhere else. */
    public static final Object CHANGED = new Object();

    /** Multicast in IPv6, from where nobody comes. */
    private static final long IPV4 = 0xffffL << 48;

    private Source() {}

    /** The same number for all connections of one source. */
    public static long of(Channel channel) {
        @Nullable InetAddress address = inetAddress(channel);
        if (address == null) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? IPV4 | bytes.getInt() & 0xffff_ffffL : bytes.getLong();
    }

    /** As text; empty if it is not known. */
    public static String address(Channel channel) {
        @Nullable InetAddress address = inetAddress(channel);
        return address == null ? "" : NetUtil.toAddressString(address);
    }

    private static @Nullable InetAddress inetAddress(Channel channel) {
        if (channel.hasAttr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)) {
            @Nullable
            SocketAddress told =
                    channel.attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE).get();
            // IPv4 in IPv6 becomes IPv4.
            return told == null ? null : NetUtil.createInetAddressFromIpAddressString(told.host());
        }
        return channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
    }
}
