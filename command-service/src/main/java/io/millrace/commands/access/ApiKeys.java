package io.millrace.commands.access;

import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.ApiKeyStore.ApiKey;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, checks and revokes API keys. A key reads {@code mr_<id>_<secret>}: the id finds its row, the digest of the whole tells
 * whether it is right. The same key is good over MQTT, as password with its name as user name.
 */
public final class ApiKeys {
    private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
    private static final String PREFIX = "mr_";
    private static final int ID_LENGTH = 12;
    /** How exact the time of last use is: it costs a write. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final ApiKeyStore store;
    private final RegistryPublisher registry;
    private final Clock clock;
    private final Remembered<Known> keys;

    public ApiKeys(ApiKeyStore store, RegistryPublisher registry, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        keys = new Remembered<>(
                id -> store.find(id).map(found -> found.map(key -> new Known(key, new AtomicBoolean()))));
    }

    /** A new key; the only time that it is known in full. */
    public record Created(ApiKey apiKey, String key) {}

    private record Known(ApiKey key, AtomicBoolean noted) {}

    /** Empty if the name is taken. */
    public Future<Optional<Created>> create(String name, Role role, String by, Optional<Instant> expiresAt) {
        String id = SecretDigest.newSecret().substring(0, ID_LENGTH);
        String key = PREFIX + id + "_" + SecretDigest.newSecret();
        var apiKey = new ApiKey(id, name, role, SecretDigest.of(key), clock.instant(), by, expiresAt, Optional.empty());
        return store.create(apiKey).map(created -> {
            registry.publish();
            return created ? Optional.of(new Created(apiKey, key)) : Optional.empty();
        });
    }

    /** False if there is none. Other instances may believe it for {@link Remembered#FOR}. */
    public Future<Boolean> revoke(String id) {
        return store.delete(id, clock.instant()).onSuccess(deleted -> {
            keys.forget(id);
            registry.publish();
        });
    }

    public static boolean looksLikeOne(String bearer) {
        return bearer.startsWith(PREFIX);
    }

    /** Empty if it is none of ours, was revoked, or its time is over. */
    public Future<Optional<Principal>> verify(String key) {
        int end = key.indexOf('_', PREFIX.length());
        if (!looksLikeOne(key) || end - PREFIX.length() != ID_LENGTH) {
            return Future.succeededFuture(Optional.empty());
        }
        String id = key.substring(PREFIX.length(), end);
        return keys.of(id).map(found -> found.filter(known -> known.key().isValid(clock.instant()))
                .filter(known -> known.key().digest().matches(key))
                .map(known -> {
                    noteUse(known);
                    return new Principal(
                            Principal.Kind.API_KEY,
                            known.key().name(),
                            known.key().role());
                }));
    }

    private void noteUse(Known known) {
        Instant now = clock.instant();
        boolean fresh = known.key()
                .lastUsedAt()
                .filter(at -> now.isBefore(at.plus(USE_NOTED_EVERY)))
                .isPresent();
        if (!fresh && known.noted().compareAndSet(false, true)) {
            store.used(known.key().id(), now).onFailure(failure -> log.atWarn()
                    .addKeyValue("reason", failure.toString())
                    .log("use of an API key not noted"));
        }
    }
}
