package io.millrace.gateway.psk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.gateway.identity.DeviceEntry;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.PskMaster;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The keys of devices for TLS-PSK: derived from the master key when they are asked for, kept nowhere. Who is unknown, disabled
 * or has none gets a key that nobody has, after the same work: its handshake fails like one with a wrong key. Any thread.
 */
public final class PskKeys {
    /** No device's key is of this generation. */
    private static final int NOBODYS = -1;

    private static final DeviceId NOBODY = new DeviceId("nobody");

    private final DeviceTable devices;
    private final PskMaster master;

    public PskKeys(DeviceTable devices, PskMaster master) {
        this.devices = devices;
        this.master = master;
    }

    /** A key, and whose it is if it is anybody's. */
    record Found(byte[] key, Optional<PskPeer> peer) {}

    Found find(byte[] identity) {
        String name = new String(identity, US_ASCII);
        if (!DeviceId.isValid(name)) {
            return nobody();
        }
        OptionalInt generation = devices.find(name)
                .filter(DeviceEntry::enabled)
                .map(DeviceEntry::pskGeneration)
                .orElseGet(OptionalInt::empty);
        if (generation.isEmpty()) {
            return nobody();
        }
        PskPeer peer = new PskPeer(new DeviceId(name), generation.getAsInt());
        return new Found(master.key(peer.device(), peer.generation()), Optional.of(peer));
    }

    private Found nobody() {
        return new Found(master.key(NOBODY, NOBODYS), Optional.empty());
    }
}
