package io.millrace.gateway.http;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast each provisioning key asks: a leaked one must not fill the registry faster than somebody can take it away. One number
 * for each key, and keys are few: only right ones come here. Any thread.
 */
public final class Provisioners {
    /** What a production line may ask at once, in seconds of its rate. */
    private static final int BURST_SECONDS = 5;

    private final long interval;
    private final long burst;
    /** When all that a key has asked will be paid for. */
    private final Map<String, Long> paid = new HashMap<>();

    /** @param perSecond above 0 */
    public Provisioners(int perSecond) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burst = TimeUnit.SECONDS.toNanos(BURST_SECONDS);
    }

    /** Seconds after which the key may ask again; 0 if it may now, and then this counts. */
    synchronized long wait(String keyId, long now) {
        long next = Math.max(paid.getOrDefault(keyId, now), now) + interval;
        long over = next - now - burst;
        if (over > 0) {
            return 1 + over / TimeUnit.SECONDS.toNanos(1);
        }
        paid.put(keyId, next);
        return 0;
    }
}
