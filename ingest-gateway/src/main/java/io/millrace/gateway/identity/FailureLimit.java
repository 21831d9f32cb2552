package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How many attempts to authenticate may fail: few for one name from one address, so that a board with a wrong secret is told
 * cheaply, and many for an address, for behind it may be a whole site. Only failures cost. From an address that has used up
 * its many, only names that have succeeded from there before are still looked at: a wrong board, or an attacker among them, does
 * not lock out the others. Nothing is limited for the fleet as a whole. Any thread; memory is bounded.
 */
public final class FailureLimit {
    /** Addresses and names that have failed lately; a few MB. Beyond it those that were entered first are forgotten. */
    private static final int MOST = 50_000;

    private static final int REMEMBERED = 1 << 17;
    private static final int PREFIX_OF_IPV6 = 8;
    /** IPv4 in IPv6 (RFC 4291, 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    /** Stands for the whole address. */
    private static final String NO_NAME = "";

    private static final String IMPOSSIBLE_NAME = "\0";

    /** How many at once, and how long until another one may. */
    public record Rate(int burst, Duration interval) {
        public Rate {
            if (burst < 1 || interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("rate " + burst + " / " + interval + " (expected positive ones)");
            }
        }
    }

    private final Rate ofName;
    private final Rate ofAddress;
    private final LongSupplier nanos;
    private final Marks marks = new Marks();
    /** The time at which all failures will be forgiven: one interval each, from the first on (a token bucket as one number). */
    private final Map<Long, Long> forgiven = new ConcurrentHashMap<>();
    /** Marks of those that succeeded, each where it says itself; a later one takes its place. */
    private final AtomicLongArray good = new AtomicLongArray(REMEMBERED);

    /**
     * @param ofName for one name from one address
     * @param ofAddress for all names from one address
     * @param nanos a steady clock
     */
    public FailureLimit(Rate ofName, Rate ofAddress, LongSupplier nanos) {
        this.ofName = ofName;
        this.ofAddress = ofAddress;
        this.nanos = nanos;
    }

    /** How long an attempt has to wait until it is looked at: zero if it need not. */
    Duration delay(String address, String name) {
        if (forgiven.isEmpty()) {
            return Duration.ZERO;
        }
        String from = network(address);
        long who = marks.of(from, bounded(name));
        long now = nanos.getAsLong();
        long delay = delay(who, ofName, now);
        if (delay == 0 && good.get(place(who)) != who) {
            delay = delay(marks.of(from, NO_NAME), ofAddress, now);
        }
        return Duration.ofNanos(delay);
    }

    private long delay(long who, Rate rate, long now) {
        Long at = forgiven.get(who);
        return at == null
                ? 0
                : Math.max(0, at - now - (rate.burst() - 1) * rate.interval().toNanos());
    }

    void failed(String address, String name) {
        long now = nanos.getAsLong();
        String from = network(address);
        charge(marks.of(from, bounded(name)), ofName, now);
        charge(marks.of(from, NO_NAME), ofAddress, now);
        if (forgiven.size() > MOST) {
            forget(now);
        }
    }

    /** Whether an address is to wait that fails before it says a name. Kept apart, in a limit of its own, from what has names. */
    public boolean limits(String address) {
        return !forgiven.isEmpty() && delay(marks.of(network(address), NO_NAME), ofAddress, nanos.getAsLong()) > 0;
    }

    /** Without a name. */
    public void failed(String address) {
        long now = nanos.getAsLong();
        charge(marks.of(network(address), NO_NAME), ofAddress, now);
        if (forgiven.size() > MOST) {
            forget(now);
        }
    }

    private void charge(long who, Rate rate, long now) {
        long interval = rate.interval().toNanos();
        forgiven.merge(who, now + interval, (at, fresh) -> Math.max(at + interval, fresh));
    }

    void succeeded(String address, String name) {
        long who = marks.of(network(address), bounded(name));
        int place = place(who);
        if (good.get(place) != who) {
            good.set(place, who);
        }
        if (!forgiven.isEmpty()) {
            forgiven.remove(who);
        }
    }

    private static int place(long mark) {
        return (int) (mark >>> 32) & REMEMBERED - 1;
    }

    /** First what is forgiven anyway; if that is not enough, as much as it takes. */
    private synchronized void forget(long now) {
        forgiven.values().removeIf(at -> at <= now);
        Iterator<Long> rest = forgiven.keySet().iterator();
        while (forgiven.size() > MOST - MOST / 8 && rest.hasNext()) {
            rest.next();
            rest.remove();
        }
    }

    boolean isEmpty() {
        return forgiven.isEmpty();
    }

    /** Addresses, and names from them. */
    public int size() {
        return forgiven.size();
    }

    /** No name that is too long can be right, so all of them are one. */
    private static String bounded(String name) {
        return name.isEmpty() || name.length() > DeviceId.MAX_LENGTH ? IMPOSSIBLE_NAME : name;
    }

    /** An IPv4 address, or the /64 of an IPv6 one: who has one of its addresses has all of them. */
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return address;
        }
        boolean mapped = bytes.length == 16 && Arrays.equals(bytes, 0, 12, MAPPED, 0, 12);
        return mapped
                ? NetUtil.bytesToIpAddress(Arrays.copyOfRange(bytes, 12, 16))
                : HexFormat.of().formatHex(bytes, 0, PREFIX_OF_IPV6);
    }
}
