package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The API keys as {@code access-keys} has them, in memory. Written by the reader's thread, read by any. */
public final class KeyTable {
    private static final String PREFIX = "mr_";

    private final Map<String, AccessKeyRecord> byId = new ConcurrentHashMap<>();
    private final Map<String, AccessKeyRecord> byName = new ConcurrentHashMap<>();
    private final Runnable changed;

    /** @param changed called on the reader's thread after each change */
    public KeyTable(Runnable changed) {
        this.changed = changed;
    }

    /** The reader's thread. */
    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        String id = new String(record.key(), UTF_8);
        byte[] value = record.value();
        AccessKeyRecord before = byId.remove(id);
        if (before != null) {
            byName.remove(before.name(), before);
        }
        if (value != null) {
            AccessKeyRecord key = Json.read(value, AccessKeyRecord.class);
            byId.put(id, key);
            byName.put(key.name(), key);
        }
        changed.run();
    }

    public Optional<AccessKeyRecord> findByName(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The key that this would be if it were right: it says its id, {@code mr_id_secret}. */
    Optional<AccessKeyRecord> findByKey(String key) {
        int end = key.indexOf('_', PREFIX.length());
        return key.startsWith(PREFIX) && end > 0
                ? Optional.ofNullable(byId.get(key.substring(PREFIX.length(), end)))
                : Optional.empty();
    }

    /** Whether an operator who was let in with this role would be let in with it now. */
    public boolean admits(Identity.Operator operator, Instant now) {
        AccessKeyRecord key = byId.get(operator.keyId());
        return key != null && isValid(key, now) && key.role() == operator.role();
    }

    static boolean isValid(AccessKeyRecord key, Instant now) {
        return key.enabled() && key.expiresAt().map(now::isBefore).orElse(true);
    }
}
