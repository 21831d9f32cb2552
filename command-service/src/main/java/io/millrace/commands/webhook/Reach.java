package io.millrace.commands.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which addresses webhooks may go to; each includes those before it. What is link-local is never among them: there the credentials of
 * cloud machines are to be had. Judged is the address that is connected to, not a name, which may mean another one a moment later.
 */
public enum Reach {
    /** Addresses of the Internet. */
    PUBLIC,
    /** And those of private networks. */
    PRIVATE,
    /** And this host itself. */
    LOOPBACK;

    private static final int IPV4_BYTES = 4;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for another word */
    public static Reach parse(String text) {
        return Arrays.stream(values())
                .filter(reach -> reach.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected public, private or loopback"));
    }

    boolean allows(InetAddress given) {
        InetAddress address = embedded(given);
        if (address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || isSpecial(address)) {
            return false;
        }
        if (address.isLoopbackAddress()) {
            return this == LOOPBACK;
        }
        return this != PUBLIC || !isPrivate(address);
    }

    /** Metadata services outside of link-local addresses; "this network", reserved and broadcast. */
    private static boolean isSpecial(InetAddress address) {
        byte[] b = address.getAddress();
        if (address instanceof Inet6Address) {
            return address.getHostAddress().equals("fd00:ec2:0:0:0:0:0:254");
        }
        int first = b[0] & 0xff;
        return first == 0 || first >= 240 || address.getHostAddress().equals("100.100.100.200");
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] b = address.getAddress();
        if (address instanceof Inet6Address) {
            return (b[0] & 0xfe) == 0xfc || address.isSiteLocalAddress();
        }
        boolean carrierGrade = (b[0] & 0xff) == 100 && (b[1] & 0xc0) == 64;
        return address.isSiteLocalAddress() || carrierGrade;
    }

    /** An IPv4 address in IPv6 clothes: mapped (which Java undresses itself), NAT64, 6to4. */
    private static InetAddress embedded(InetAddress address) {
        byte[] b = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        boolean nat64 = b[0] == 0 && b[1] == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
        boolean sixToFour = b[0] == 0x20 && b[1] == 0x02;
        boolean compatible = allZero(b, 12) && !address.isLoopbackAddress() && !address.isAnyLocalAddress();
        if (nat64 || compatible) {
            return ipv4(b, 12);
        }
        return sixToFour ? ipv4(b, 2) : address;
    }

    private static boolean allZero(byte[] b, int length) {
        for (int i = 0; i < length; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress ipv4(byte[] b, int from) {
        try {
            return Inet4Address.getByAddress(Arrays.copyOfRange(b, from, from + IPV4_BYTES));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
