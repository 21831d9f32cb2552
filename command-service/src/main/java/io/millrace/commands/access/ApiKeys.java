package io.millrace.commands.access;

import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.ApiKeyStore.ApiKey;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes, checks and revokes API keys. A key reads {@code mr_<id>_<secret>}: the id finds its row, the digest of the whole tells
 * whether it is right. The same key is good over MQTT, as password with its name as user name.
 */
public final class ApiKeys {
    private static final String PREFIX = "mr_";
    private static final int ID_LENGTH = 12;

    private final ApiKeyStore store;
    private final RegistryPublisher registry;
    private final Clock clock;

    public ApiKeys(ApiKeyStore store, RegistryPublisher registry, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
    }

    /** A new key; the only time that it is known in full. */
    public record Created(ApiKey apiKey, String key) {}

    /** Empty if the name is taken. */
    public Future<Optional<Created>> create(String name, Role role, String by, Optional<Instant> expiresAt) {
        String id = SecretDigest.newSecret().substring(0, ID_LENGTH);
        String key = PREFIX + id + "_" + SecretDigest.newSecret();
        var apiKey = new ApiKey(id, name, role, SecretDigest.of(key), clock.instant(), by, expiresAt);
        return store.create(apiKey).map(created -> {
            registry.publish();
            return created ? Optional.of(new Created(apiKey, key)) : Optional.empty();
        });
    }

    /** False if there is none. */
    public Future<Boolean> revoke(String id) {
        return store.delete(id, clock.instant()).onSuccess(deleted -> registry.publish());
    }

    public static boolean looksLikeOne(String bearer) {
        return bearer.startsWith(PREFIX);
    }

    /** Empty if it is none of ours, was revoked, or its time is over. */
    public Future<Optional<Principal>> verify(String key) {
        int end = key.indexOf('_', PREFIX.length());
        if (!looksLikeOne(key) || end < 0) {
            return Future.succeededFuture(Optional.empty());
        }
        return store.find(key.substring(PREFIX.length(), end))
                .map(found -> found.filter(known -> known.isValid(clock.instant()))
                        .filter(known -> known.digest().matches(key))
                        .map(known -> new Principal(known.name(), known.role())));
    }
}
