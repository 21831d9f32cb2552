package io.millrace.simulator.ledger;

import java.util.Arrays;
import java.util.List;

/**
 * What one device has said in all.
 *
 * @param readings message ids run from 1 to this
 * @param acknowledgeable whether the server acknowledges readings; at QoS 0 it promises nothing
 * @param open message ids that were never acknowledged: they may be in Kafka or not, in ascending order
 */
public record Sent(String deviceId, int readings, boolean acknowledgeable, List<Integer> open) {
    public Sent {
        open = List.copyOf(open);
    }

    public static Sent of(String deviceId, int readings, boolean acknowledgeable, int[] open) {
        return new Sent(
                deviceId,
                readings,
                acknowledgeable,
                Arrays.stream(open).sorted().boxed().toList());
    }
}
