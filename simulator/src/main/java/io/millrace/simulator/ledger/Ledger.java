package io.millrace.simulator.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The books of one run: enters each record of the fleet's devices by its device and message id, and compares them in the end with
 * what the devices have sent. Used by one thread at a time.
 */
final class Ledger {
    private static final byte[] MESSAGE_ID = "\"messageId\":".getBytes(UTF_8);
    private static final int MOST_EXAMPLES = 10;
    private static final int MOST_DIGITS = 9;

    private final Map<String, SeenReadings> devices = new HashMap<>();
    private long records;
    private long duplicated;
    private long reordered;
    private long unreadable;

    Ledger(Collection<String> deviceIds) {
        deviceIds.forEach(id -> devices.put(id, new SeenReadings()));
    }

    /** Records of others are passed over. */
    void enter(byte[] key, byte[] value) {
        SeenReadings seen = devices.get(new String(key, UTF_8));
        if (seen == null) {
            return;
        }
        records++;
        int messageId = messageId(value);
        if (messageId < 1 || messageId > seen.highestPlausible()) {
            unreadable++;
            return;
        }
        switch (seen.saw(messageId)) {
            case IN_ORDER -> {}
            case REORDERED -> reordered++;
            case AGAIN -> duplicated++;
        }
    }

    /** Whether a reading is missing, promised or not. */
    boolean hasGaps(List<Sent> sent) {
        return sent.stream().anyMatch(device -> seen(device).missing(device.readings()) > 0);
    }

    Findings compare(List<Sent> sent, boolean complete) {
        long promised = 0;
        long lost = 0;
        long unpromised = 0;
        long unpromisedMissing = 0;
        List<String> examples = new ArrayList<>();
        for (Sent device : sent) {
            SeenReadings seen = seen(device);
            Set<Integer> open = new HashSet<>(device.open());
            long openOnes = device.acknowledgeable() ? open.size() : device.readings();
            promised += device.readings() - openOnes;
            unpromised += openOnes;
            if (seen.missing(device.readings()) == 0) {
                continue;
            }
            for (int messageId = 1; messageId <= device.readings(); messageId++) {
                if (seen.has(messageId)) {
                    continue;
                }
                if (!device.acknowledgeable() || open.contains(messageId)) {
                    unpromisedMissing++;
                } else {
                    lost++;
                    if (examples.size() < MOST_EXAMPLES) {
                        examples.add(device.deviceId() + ":" + messageId);
                    }
                }
            }
        }
        return new Findings(
                records,
                promised,
                lost,
                unpromised,
                unpromisedMissing,
                duplicated,
                reordered,
                unreadable,
                examples,
                complete);
    }

    private SeenReadings seen(Sent device) {
        return devices.computeIfAbsent(device.deviceId(), id -> new SeenReadings());
    }

    /** The simulator writes it first; -1 if it is not there. */
    static int messageId(byte[] value) {
        int at = 1;
        for (int i = 0; i < MESSAGE_ID.length; i++, at++) {
            if (at >= value.length || value[at] != MESSAGE_ID[i]) {
                return -1;
            }
        }
        int number = 0;
        int digits = 0;
        while (at < value.length && value[at] >= '0' && value[at] <= '9' && digits <= MOST_DIGITS) {
            number = number * 10 + value[at++] - '0';
            digits++;
        }
        return digits == 0 || digits > MOST_DIGITS ? -1 : number;
    }
}
