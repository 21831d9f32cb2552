package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.SecretDigest;
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
    /** What the gateway knows of a device: kept small, for there is one for each device of the fleet. */
    public static final class Entry {
        private static final byte[] NO_CONFIG = {};

        private final SecretDigest[] secrets;
        private final byte[] config;
        private final boolean enabled;
        private final long revision;

        private Entry(DeviceRecord record) {
            secrets = record.secrets().toArray(SecretDigest[]::new);
            config = record.config().map(Json::write).orElse(NO_CONFIG);
            enabled = record.enabled();
            revision = record.revision();
        }

        public boolean enabled() {
            return enabled;
        }

        public long revision() {
            return revision;
        }

        /** The digest that this secret has. */
        public Optional<SecretDigest> match(String secret) {
            Optional<SecretDigest> found = Optional.empty();
            for (SecretDigest digest : secrets) {
                if (digest.matches(secret)) {
                    found = Optional.of(digest);
                }
            }
            return found;
        }

        public boolean holds(SecretDigest credential) {
            for (SecretDigest digest : secrets) {
                if (digest.equals(credential)) {
                    return true;
                }
            }
            return false;
        }

        public boolean hasSecret() {
            return secrets.length > 0;
        }

        /** Desired configuration, JSON. */
        public Optional<byte[]> config() {
            return config.length == 0 ? Optional.empty() : Optional.of(config.clone());
        }
    }

    private final Map<String, Entry> devices = new ConcurrentHashMap<>();
    private final Consumer<DeviceId> changed;

    /** @param changed called on the reader's thread after a device was changed or deleted */
    public DeviceTable(Consumer<DeviceId> changed) {
        this.changed = changed;
    }

    /** The reader's thread. */
    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        DeviceId id = DeviceId.ofKey(record.key());
        byte[] value = record.value();
        if (value == null) {
            devices.remove(id.value());
        } else {
            devices.put(id.value(), new Entry(Json.read(value, DeviceRecord.class)));
        }
        changed.accept(id);
    }

    public Optional<Entry> find(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    public int size() {
        return devices.size();
    }

    /** Whether a device that was let in with this credential would be let in now. */
    public boolean admits(DeviceId device, Optional<SecretDigest> credential) {
        Entry entry = devices.get(device.value());
        if (entry == null) {
            return credential.isEmpty();
        }
        return entry.enabled() && (credential.isPresent() ? entry.holds(credential.get()) : !entry.hasSecret());
    }
}
