package io.millrace.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.schemas.SessionEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which gateways are there, told by their heartbeats on {@code device-sessions}; so it is known who writes what a gateway that
 * does not come back has left open: of those that are there, the one with the lowest slot. {@link #accept} is the reader's
 * thread, the rest any.
 */
public final class SlotsHeard {
    private static final String KEYS =
            SessionEvent.gatewayKey(0).substring(0, SessionEvent.gatewayKey(0).length() - 1);

    private final Map<Integer, Long> heard = new ConcurrentHashMap<>();
    private final int own;
    private final long silenceNanos;
    private final LongSupplier nanos;
    private volatile long lastOwn;
    /** Since when nobody could have spoken without being heard. */
    private volatile long since;

    /**
     * @param own slot of this gateway
     * @param silence after so long without a heartbeat a gateway is not there
     * @param nanos a steady clock
     */
    public SlotsHeard(int own, Duration silence, LongSupplier nanos) {
        this.own = own;
        this.silenceNanos = silence.toNanos();
        this.nanos = nanos;
        this.lastOwn = nanos.getAsLong();
        this.since = lastOwn;
    }

    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        String key = new String(record.key(), ISO_8859_1);
        if (SessionEvent.isGatewayKey(key) && record.value() != null) {
            heard(Integer.parseInt(key.substring(KEYS.length())));
        }
    }

    void heard(int slot) {
        long now = nanos.getAsLong();
        if (slot == own) {
            // All are measured by our own heartbeats: with Kafka away everybody is silent, and nobody is gone.
            if (now - lastOwn > silenceNanos / 2) {
                since = now;
            }
            lastOwn = now;
        } else {
            heard.put(slot, now);
        }
    }

    /** Whether this gateway is to look after what the one with that slot has written. */
    public boolean isToLookAfter(int slot) {
        return slot == own
                || isSilent(slot)
                        && heard.keySet().stream().noneMatch(other -> other < own && other != slot && !isSilent(other));
    }

    private boolean isSilent(int slot) {
        long last = heard.getOrDefault(slot, since);
        return lastOwn - (last - since > 0 ? last : since) > silenceNanos;
    }
}
