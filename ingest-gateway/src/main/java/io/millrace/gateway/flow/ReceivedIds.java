package io.millrace.gateway.flow;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The packet ids of QoS 2 messages that have been answered with PUBREC and not yet released: the same id before its PUBREL is
 * the same message [MQTT-4.3.3-10]. Costs nothing until the first QoS 2 message.
 */
public final class ReceivedIds {
    private @Nullable BitSet ids;

    public void add(int packetId) {
        BitSet set = ids;
        if (set == null) {
            set = new BitSet();
            ids = set;
        }
        set.set(packetId);
    }

    /** The lowest of them. */
    public List<Integer> toList(int most) {
        return ids == null ? List.of() : ids.stream().limit(most).boxed().toList();
    }

    public boolean contains(int packetId) {
        return ids != null && ids.get(packetId);
    }

    /** Whether it was there. */
    public boolean release(int packetId) {
        if (ids == null || !ids.get(packetId)) {
            return false;
        }
        ids.clear(packetId);
        return true;
    }
}
