package io.millrace.commands.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.SweepStore;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Devices are entered, changed and removed here; gateways learn of it within milliseconds by {@code device-registry}. What
 * waits for a device that is disabled or deleted is rejected.
 */
public final class DeviceRegistry {
    private final DeviceStore devices;
    private final StateStore states;
    private final SweepStore sweeps;
    private final CommandChanges changes;
    private final RegistryPublisher publisher;
    private final Clock clock;

    public DeviceRegistry(
            DeviceStore devices,
            StateStore states,
            SweepStore sweeps,
            CommandChanges changes,
            RegistryPublisher publisher,
            Clock clock) {
        this.devices = devices;
        this.states = states;
        this.sweeps = sweeps;
        this.changes = changes;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * A device to enter.
     *
     * @param secret made up if absent
     */
    public record Entry(
            DeviceId id,
            Optional<String> type,
            Map<String, String> labels,
            Map<String, JsonNode> attributes,
            Optional<JsonNode> config,
            Optional<String> secret) {}

    /** A device with its secret: the only time that it is known. */
    public record Created(Device device, String secret) {}

    /** Empty if a device with that id is registered already. */
    public Future<Optional<Created>> create(Entry entry) {
        Instant now = clock.instant();
        String secret = entry.secret().orElseGet(SecretDigest::newSecret);
        var device = new Device(
                entry.id(),
                true,
                entry.type(),
                entry.labels(),
                entry.attributes(),
                entry.config(),
                List.of(SecretDigest.of(secret)),
                true,
                1,
                now,
                now);
        return devices.create(device).map(created -> {
            publisher.publish();
            return created ? Optional.of(new Created(device, secret)) : Optional.empty();
        });
    }

    /** Empty if there is no such device. */
    public Future<Optional<Device>> change(DeviceId id, UnaryOperator<Device> change) {
        return devices.change(id, clock.instant(), change).compose(changed -> {
            publisher.publish();
            return changed.isPresent() && !changed.get().enabled()
                    ? reject(id, "device-disabled").map(changed)
                    : Future.succeededFuture(changed);
        });
    }

    /** The new secret; the old one is no good any more, and who connected with it is disconnected. Empty: no such device. */
    public Future<Optional<String>> rotateSecret(DeviceId id, Optional<String> given) {
        String secret = given.orElseGet(SecretDigest::newSecret);
        SecretDigest digest = SecretDigest.of(secret);
        return change(id, device -> device.withSecret(digest)).map(changed -> changed.map(device -> secret));
    }

    /** False if there is no such device. Its history and ended commands stay until their time is over. */
    public Future<Boolean> delete(DeviceId id) {
        return devices.delete(id, clock.instant()).compose(deleted -> {
            publisher.publish();
            return deleted
                    ? reject(id, "device-deleted")
                            .compose(done -> states.delete(id))
                            .map(true)
                    : Future.succeededFuture(false);
        });
    }

    /** As many at a time as a look finds, until there are none. */
    private Future<Void> reject(DeviceId id, String reason) {
        Instant now = clock.instant();
        return sweeps.queuedFor(id.value())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : changes.apply(found.stream()
                                        .map(one -> new CommandChanges.Change(
                                                one.commandId(), one.deviceId(), new Signal.DeviceRefused(reason, now)))
                                        .toList())
                                .compose(done -> reject(id, reason)));
    }
}
