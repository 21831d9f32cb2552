package io.millrace.commands;

import io.millrace.commands.CommandServiceConfig.AdminConfig;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.AuditLog;
import io.millrace.commands.access.Users;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.UserStore;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a first start gives a person: the admin, a device, an operator's key. Every method does nothing where the thing is there
 * already, waits until the service is ready, and blocks its caller; never to be called on an event loop.
 */
public final class FirstAccess {
    private static final Logger log = LoggerFactory.getLogger(FirstAccess.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ENROL_TOGETHER = 64;

    private final AdminConfig admin;
    private final Users users;
    private final UserStore userStore;
    private final DeviceRegistry registry;
    private final ApiKeys apiKeys;
    private final ApiKeyStore keyStore;
    private final AuditLog audit;
    private final CompletionStage<Void> ready;
    private volatile Optional<String> madeUpPassword = Optional.empty();

    FirstAccess(
            AdminConfig admin,
            Users users,
            UserStore userStore,
            DeviceRegistry registry,
            ApiKeys apiKeys,
            ApiKeyStore keyStore,
            AuditLog audit,
            CompletionStage<Void> ready) {
        this.admin = admin;
        this.users = users;
        this.userStore = userStore;
        this.registry = registry;
        this.apiKeys = apiKeys;
        this.keyStore = keyStore;
        this.audit = audit;
        this.ready = ready;
    }

    /**
     * Part of the start: a fleet without any user gets the admin. Where the admin is there already, a configured password
     * becomes the admin's, once: who can set it is the operator of this process, and may have lost the old one.
     */
    Future<Void> createAdmin() {
        return userStore.isEmpty().compose(empty -> empty ? createFirst() : configure());
    }

    private Future<Void> createFirst() {
        String password = admin.password().orElseGet(SecretDigest::newSecret);
        return users.createFirst(admin.username(), password, admin.password().isPresent())
                .compose(created -> {
                    if (created.isEmpty()) {
                        return Future.succeededFuture();
                    }
                    madeUpPassword = admin.password().isPresent() ? Optional.empty() : Optional.of(password);
                    log.atInfo().addKeyValue("user", admin.username()).log("first user created");
                    return audit.bySystem("createUser", "users/" + admin.username());
                });
    }

    private Future<Void> configure() {
        return admin.password()
                .map(password -> users.configure(admin.username(), password))
                .orElse(Future.succeededFuture(false))
                .compose(changed -> {
                    if (!changed) {
                        return Future.succeededFuture();
                    }
                    log.atInfo().addKeyValue("user", admin.username()).log("password set anew");
                    return audit.bySystem("changeUser", "users/" + admin.username());
                });
    }

    public String adminUsername() {
        return admin.username();
    }

    /** The admin's password, if this start has created the admin and nobody had chosen one; never to be had again. */
    public Optional<String> madeUpAdminPassword() {
        return await(() -> Future.succeededFuture(madeUpPassword));
    }

    /** The secret of the new device; empty if it is registered already. */
    public Optional<String> createDeviceIfAbsent(DeviceId id, Optional<String> type, Map<String, String> labels) {
        return await(() -> registry.create(new DeviceRegistry.Entry(
                        id, type, labels, Map.of(), Optional.empty(), Optional.empty(), List.of(), List.of()))
                .map(created -> created.flatMap(DeviceRegistry.Created::secret)));
    }

    /** As above with a secret that the caller knows; false if it is registered already. */
    public boolean createDeviceIfAbsent(DeviceId id, Optional<String> type, Map<String, String> labels, String secret) {
        return await(() -> registry.create(new DeviceRegistry.Entry(
                        id, type, labels, Map.of(), Optional.empty(), Optional.of(secret), List.of(), List.of()))
                .map(Optional::isPresent));
    }

    /** A new secret for each of these devices, which are registered if they are not yet: for simulated ones. */
    public Map<DeviceId, String> enrol(List<DeviceId> ids, String type) {
        Map<DeviceId, String> secrets = new LinkedHashMap<>();
        for (int from = 0; from < ids.size(); from += ENROL_TOGETHER) {
            List<DeviceId> some = ids.subList(from, Math.min(ids.size(), from + ENROL_TOGETHER));
            List<String> theirs = await(
                    () -> Future.all(some.stream().map(id -> enrol(id, type)).toList())
                            .map(all -> all.<String>list()));
            for (int i = 0; i < some.size(); i++) {
                secrets.put(some.get(i), theirs.get(i));
            }
        }
        return secrets;
    }

    private Future<String> enrol(DeviceId id, String type) {
        return registry.create(new DeviceRegistry.Entry(
                        id,
                        Optional.of(type),
                        Map.of(),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of()))
                .compose(created -> created.isPresent()
                        ? Future.succeededFuture(created.get().secret().orElseThrow())
                        : registry.rotateSecret(id, Optional.empty()).map(Optional::orElseThrow));
    }

    /** The key in full, as password over MQTT and as Bearer over REST; empty if there is one of that name already. */
    public Optional<String> createApiKeyIfAbsent(String name, Role role) {
        return await(() -> keyStore.isNameTaken(name)
                .compose(taken -> taken
                        ? Future.succeededFuture(Optional.<ApiKeys.Created>empty())
                        : apiKeys.create(name, role, "first start", Optional.empty()))
                .map(created -> created.map(ApiKeys.Created::key)));
    }

    /** A new key in full, in place of the one of that name before. */
    public String renewApiKey(String name, Role role) {
        return await(() -> keyStore.idOf(name)
                .compose(id -> id.map(apiKeys::revoke).orElse(Future.succeededFuture(false)))
                .compose(revoked -> apiKeys.create(name, role, "start", Optional.empty()))
                .compose(created -> audit.bySystem("createApiKey", "api-keys/" + name)
                        .map(created.orElseThrow().key())));
    }

    private <T> T await(Supplier<Future<T>> work) {
        try {
            return ready.thenCompose(done -> work.get().toCompletionStage())
                    .toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the command service did not answer: " + e.getCause(), e);
        }
    }
}
