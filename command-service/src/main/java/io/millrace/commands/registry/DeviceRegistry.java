package io.millrace.commands.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Credentials;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.SweepStore;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices are entered, changed and removed here; gateways learn of it within milliseconds by {@code device-registry}. What
 * waits for a device that is disabled or deleted is rejected.
 */
public final class DeviceRegistry {
    private static final Logger log = LoggerFactory.getLogger(DeviceRegistry.class);
    private static final Instant FIRST_GENERATION = Instant.parse("2026-01-01T00:00:00Z");

    private final DeviceStore devices;
    private final SweepStore sweeps;
    private final CommandChanges changes;
    private final RegistryPublisher publisher;
    private final Clock clock;

    public DeviceRegistry(
            DeviceStore devices, SweepStore sweeps, CommandChanges changes, RegistryPublisher publisher, Clock clock) {
        this.devices = devices;
        this.sweeps = sweeps;
        this.changes = changes;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * A device to enter.
     *
     * @param secret made up if absent, unless the device has something else to show
     */
    public record Entry(
            DeviceId id,
            Optional<String> type,
            Map<String, String> labels,
            Map<String, JsonNode> attributes,
            Optional<JsonNode> config,
            Optional<String> secret,
            List<JwtKey> jwtKeys,
            List<String> certificateFingerprints) {
        public Entry {
            jwtKeys = List.copyOf(jwtKeys);
            certificateFingerprints = List.copyOf(certificateFingerprints);
        }

        boolean hasNothingToShow() {
            return secret.isEmpty() && jwtKeys.isEmpty() && certificateFingerprints.isEmpty();
        }

        Device device(Optional<String> itsSecret, boolean enabled, Instant now) {
            return new Device(
                    id,
                    true,
                    type,
                    labels,
                    attributes,
                    config,
                    new Credentials(
                            itsSecret.map(SecretDigest::of).stream().toList(),
                            jwtKeys,
                            certificateFingerprints,
                            OptionalInt.empty()),
                    false,
                    enabled,
                    1,
                    now,
                    now);
        }
    }

    /** A device with its secret, if it has one: the only time that it is known. */
    public record Created(Device device, Optional<String> secret) {}

    /** Empty if a device with that id is registered already. */
    public Future<Optional<Created>> create(Entry entry) {
        return create(entry, true);
    }

    /** As above; one that is not enabled is not let in yet. */
    public Future<Optional<Created>> create(Entry entry, boolean enabled) {
        Instant now = clock.instant();
        Optional<String> secret = entry.hasNothingToShow() ? Optional.of(SecretDigest.newSecret()) : entry.secret();
        Device device = entry.device(secret, enabled, now);
        return devices.create(device).map(created -> {
            publisher.publish();
            return created ? Optional.of(new Created(device, secret)) : Optional.empty();
        });
    }

    /** Empty if there is no such device. */
    public Future<Optional<Device>> change(DeviceId id, UnaryOperator<Device> change) {
        return changed(id, devices.change(id, clock.instant(), change));
    }

    private Future<Optional<Device>> changed(DeviceId id, Future<Optional<Device>> change) {
        return change.compose(changed -> {
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
        return change(id, device -> device.withCredentials(device.credentials().withSecret(digest)))
                .map(changed -> changed.map(device -> secret));
    }

    /**
     * Enters a device that a gateway trusts; one that is registered already stays as it is. A provisioning key can be anybody's
     * who holds the firmware, so it takes no id that a device lives under unregistered; a certificate is the device's own. A wish
     * that comes too late, or again, changes nothing.
     */
    public Future<Boolean> enrol(Enrolment wish) {
        Instant now = clock.instant();
        if (!now.isBefore(wish.expiresAt())) {
            return Future.succeededFuture(false);
        }
        var device = new Device(
                wish.deviceId(),
                true,
                wish.type(),
                wish.labels(),
                Map.of(),
                Optional.empty(),
                wish.secret().map(Credentials.NONE::withSecret).orElse(Credentials.NONE),
                false,
                true,
                1,
                now,
                now);
        Future<Boolean> entered =
                wish.source() == Enrolment.Source.CERTIFICATE ? devices.create(device) : devices.createUnseen(device);
        return entered.onSuccess(created -> publisher.publish());
    }

    /** Whether it lives under that id without being registered. */
    public Future<Boolean> isOnlySeen(DeviceId id) {
        return devices.find(id)
                .map(found -> found.isPresent() && !found.get().device().registered());
    }

    /**
     * The next generation of the device's key for TLS-PSK, or none; the key before is no good any more. Empty: no such device.
     * Generations only rise, over all devices: one whose key was taken away, or that was deleted and registered again, does not get an
     * old key. They are seconds at least, so that it holds for a database that is restored from a backup, too.
     */
    public Future<Optional<OptionalInt>> changePskGeneration(DeviceId id, boolean wanted) {
        Instant now = clock.instant();
        Future<Optional<Device>> change = wanted
                ? devices.nextPskGeneration(id, now, leastPskGeneration(now))
                : devices.change(
                        id,
                        now,
                        device -> device.withCredentials(device.credentials().withPskGeneration(OptionalInt.empty())));
        return changed(id, change)
                .map(changed -> changed.map(device -> device.credentials().pskGeneration()));
    }

    static int leastPskGeneration(Instant now) {
        return (int) Duration.between(FIRST_GENERATION, now).toSeconds();
    }

    /** What waits for a device that has been disabled, in its own time; should it fail, its gateway refuses the commands. */
    void rejectWaiting(DeviceId id) {
        reject(id, "device-disabled").onFailure(failure -> log.atWarn()
                .addKeyValue("deviceId", id)
                .addKeyValue("reason", failure.toString())
                .log("commands of a disabled device not rejected"));
    }

    /** False if there is no such device. Its history and ended commands stay until their time is over. */
    public Future<Boolean> delete(DeviceId id) {
        return devices.delete(id, clock.instant()).compose(deleted -> {
            publisher.publish();
            return deleted ? reject(id, "device-deleted").map(true) : Future.succeededFuture(false);
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
