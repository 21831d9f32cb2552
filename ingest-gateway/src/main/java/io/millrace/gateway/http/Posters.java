package io.millrace.gateway.http;

import io.millrace.gateway.flow.Allowance;
import io.millrace.gateway.flow.Limits;
import io.millrace.schemas.DeviceId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast each device posts on this event loop. A device is forgotten once it has all of its credit back, so as many are
 * remembered as have posted in the last seconds; should that be too many, all are forgotten. Its event loop only, so a device
 * whose requests come on several loops may post as much on each.
 */
final class Posters {
    private static final int MOST = 50_000;
    /** How often those who have all of their credit are looked for, in posts. */
    private static final int TIDY = 10_000;

    private final Limits limits;
    private final Map<DeviceId, Allowance> recent = new HashMap<>();
    private int sinceTidied;

    Posters(Limits limits) {
        this.limits = limits;
    }

    /** Seconds after which the device may post again; 0 if it may now. */
    long wait(DeviceId device, long now) {
        Allowance allowance = recent.get(device);
        long wait = allowance == null ? 0 : allowance.rest(now);
        return wait <= 0 ? 0 : 1 + wait / TimeUnit.SECONDS.toNanos(1);
    }

    void posted(DeviceId device, int bytes, long now) {
        if (++sinceTidied >= TIDY) {
            sinceTidied = 0;
            recent.values().removeIf(allowance -> allowance.isFull(now));
        }
        if (recent.size() >= MOST) {
            recent.clear();
        }
        var unused = recent.computeIfAbsent(device, id -> limits.allowance(now)).spend(bytes, now);
    }
}
