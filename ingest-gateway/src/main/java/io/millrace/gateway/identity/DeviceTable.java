package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The devices of the fleet as {@code device-registry} has them, in memory, reduced to what a gateway needs: so that a CONNECT
 * asks no database. Lives as long as the gateway. Written by the reader's thread, read by any.
 */
public final class DeviceTable {
    private final Map<String, DeviceEntry> devices = new ConcurrentHashMap<>();
    private final FleetIssuers issuers;
    private volatile Consumer<DeviceId> changed;
    private final Consumer<DeviceId> deleted;

    /**
     * @param changed called on the reader's thread after a device was entered or changed
     * @param deleted called on the reader's thread after a device was deleted
     */
    public DeviceTable(FleetIssuers issuers, Consumer<DeviceId> changed, Consumer<DeviceId> deleted) {
        this.issuers = issuers;
        this.changed = changed;
        this.deleted = deleted;
    }

    /** Also tells another one after a device was entered or changed. */
    public void alsoTell(Consumer<DeviceId> other) {
        changed = changed.andThen(other);
    }

    /** The reader's thread. */
    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        DeviceId id = DeviceId.ofKey(record.key());
        byte[] value = record.value();
        if (value == null) {
            devices.remove(id.value());
            deleted.accept(id);
        } else {
            devices.put(id.value(), new DeviceEntry(Json.read(value, DeviceRecord.class)));
            changed.accept(id);
        }
    }

    public Optional<DeviceEntry> find(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    public int size() {
        return devices.size();
    }

    /**
     * Whether a device that was let in with this credential would be let in now. What proves itself without the registry (an
     * issuer's token, a certificate of the CA) needs no entry, but where there is one it must be enabled.
     */
    public boolean admits(DeviceId device, Credential credential) {
        if (credential instanceof Credential.Jwt jwt && jwt.issuer().isPresent() && !issuers.trusts(jwt)) {
            return false;
        }
        DeviceEntry entry = devices.get(device.value());
        return entry == null ? needsNoEntry(credential) : entry.admits(credential);
    }

    private static boolean needsNoEntry(Credential credential) {
        return credential instanceof Credential.None
                || credential instanceof Credential.Certificate
                || credential instanceof Credential.Jwt jwt && jwt.issuer().isPresent();
    }
}
