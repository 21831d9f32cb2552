package io.millrace.commands.access;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * From which address a request really comes. {@code X-Forwarded-For} is anybody's to write, so it counts only as far as proxies that we trust have
 * written it: read from its end, the first address that is none of theirs. Pure.
 */
public final class ClientAddress {
    private static final int IPV6_BYTES = 16;
    private static final int NETWORK_BYTES = 8;

    private final List<IpSubnetFilterRule> trusted;

    /**
     * @param trusted addresses of proxies, or networks such as {@code 10.0.0.0/8}
     * @throws IllegalArgumentException if one is neither
     */
    public ClientAddress(List<String> trusted) {
        this.trusted = trusted.stream().map(ClientAddress::rule).toList();
    }

    private static IpSubnetFilterRule rule(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        String prefix = slash < 0 ? String.valueOf(bytes == null ? 0 : bytes.length * 8) : text.substring(slash + 1);
        if (bytes == null || !prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > bytes.length * 8) {
            throw new IllegalArgumentException("expected an address, or a network such as 10.0.0.0/8");
        }
        return new IpSubnetFilterRule(inet(bytes), Integer.parseInt(prefix), IpFilterRuleType.ACCEPT);
    }

    /** @param forwardedFor the header, all its lines joined by commas */
    public String of(String peer, Optional<String> forwardedFor) {
        String address = peer;
        String[] hops = forwardedFor.map(header -> header.split(",", -1)).orElse(new String[0]);
        for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
            String hop = hops[i].trim();
            if (NetUtil.createByteArrayFromIpAddressString(hop) == null) {
                break;
            }
            address = hop;
        }
        return address;
    }

    private boolean isTrusted(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && trusted.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(inet(bytes), 0)));
    }

    /** What one client has: an address of IPv4, a /64 of IPv6, in which it can take any. */
    public static String network(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length != IPV6_BYTES) {
            return address;
        }
        for (int i = NETWORK_BYTES; i < IPV6_BYTES; i++) {
            bytes[i] = 0;
        }
        return inet(bytes).getHostAddress() + "/64";
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
