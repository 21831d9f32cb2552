package io.millrace.gateway.identity;

import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides who a client is, from the tables in memory. A device and a key may have the same name; whose secret it is decides.
 * Every attempt with a password costs one digest for a device and one for a key, whether they exist or not, so that time does
 * not tell which names do. Who has failed too often is not looked at. Any thread.
 */
public final class Authenticator {
    private static final SecretDigest NOBODYS = SecretDigest.of(SecretDigest.newSecret());

    private final DeviceTable devices;
    private final KeyTable keys;
    private final TokenVerifier tokens;
    private final FailureLimit failures;
    private final boolean allowAnonymous;
    private final Clock clock;

    public Authenticator(
            DeviceTable devices,
            KeyTable keys,
            TokenVerifier tokens,
            FailureLimit failures,
            boolean allowAnonymous,
            Clock clock) {
        this.devices = devices;
        this.keys = keys;
        this.tokens = tokens;
        this.failures = failures;
        this.allowAnonymous = allowAnonymous;
        this.clock = clock;
    }

    /**
     * @param address the client's, as text
     * @param clientId empty if the client gave none
     * @param user absent if the client gave none; then the client id is the identity. Beside a token it says nothing
     */
    public Identity identify(String address, String clientId, Optional<String> user, Optional<String> password) {
        if (password.isEmpty()) {
            return user.isEmpty() ? anonymous(clientId) : new Identity.BadCredentials();
        }
        if (!TokenVerifier.isToken(password.get())) {
            return bySecret(address, clientId, user.orElse(clientId), password.get());
        }
        Identity identity = byToken(address, clientId, password.get());
        return identity instanceof Identity.Device device
                ? device(device.id(), clientId, device.credential())
                : identity;
    }

    /** Whether {@link #identify} would not look at this attempt now; costs no digest and no signature, and is no attempt. */
    public boolean isLimited(String address, String clientId, Optional<String> user, Optional<String> password) {
        if (password.isEmpty() || failures.isEmpty()) {
            return false;
        }
        String name = TokenVerifier.isToken(password.get())
                ? TokenVerifier.claimed(password.get(), clientId)
                : user.orElse(clientId);
        return !failures.delay(address, name).isZero();
    }

    /**
     * By a JSON Web Token alone; its subject is the identity.
     *
     * @param named the device that the client says it is, asked only if the token does not say
     */
    public Identity byToken(String address, String named, String token) {
        // Not the name beside the token: a device is not to spend, nor to make good, what is another's.
        String claimed = TokenVerifier.claimed(token, named);
        Duration delay = failures.delay(address, claimed);
        if (!delay.isZero()) {
            return new Identity.TooManyFailures(delay);
        }
        Optional<Identity.Device> device = tokens.verify(token, named);
        if (device.isEmpty()) {
            failures.failed(address, claimed);
            return new Identity.BadCredentials();
        }
        failures.succeeded(address, claimed);
        return devices.admits(device.get().id(), device.get().credential())
                ? device.get()
                : new Identity.NotAuthorized();
    }

    /** By a provisioning key alone. */
    public Identity byKey(String address, String shown) {
        Optional<AccessKeyRecord> key = keys.findByKey(shown);
        String name = key.map(AccessKeyRecord::name).orElse("");
        Duration delay = failures.delay(address, name);
        if (!delay.isZero()) {
            return new Identity.TooManyFailures(delay);
        }
        boolean right = key.map(AccessKeyRecord::digest).orElse(NOBODYS).matches(shown);
        if (!right || key.isEmpty()) {
            failures.failed(address, name);
            return new Identity.BadCredentials();
        }
        failures.succeeded(address, name);
        return KeyTable.isValid(key.get(), clock.instant()) && key.get().role().includes(Role.PROVISIONING)
                ? new Identity.Provisioner(key.get().id(), key.get().name())
                : new Identity.NotAuthorized();
    }

    private Identity bySecret(String address, String clientId, String name, String secret) {
        Duration delay = failures.delay(address, name);
        if (!delay.isZero()) {
            return new Identity.TooManyFailures(delay);
        }
        Identity identity = bySecret(clientId, name, secret);
        if (identity instanceof Identity.BadCredentials) {
            failures.failed(address, name);
        } else {
            failures.succeeded(address, name);
        }
        return identity;
    }

    private Identity bySecret(String clientId, String name, String secret) {
        Optional<DeviceEntry> device = devices.find(name);
        boolean hasSecret = device.map(DeviceEntry::hasSecret).orElse(false);
        Optional<SecretDigest> credential = device.flatMap(entry -> entry.match(secret));
        boolean spent = !hasSecret && NOBODYS.matches(secret);
        Optional<AccessKeyRecord> key = keys.findByName(name);
        boolean isKey = key.map(AccessKeyRecord::digest).orElse(NOBODYS).matches(secret);
        if (credential.isPresent() && !spent) {
            return device.get().enabled()
                    ? device(new DeviceId(name), clientId, new Credential.Secret(credential.get()))
                    : new Identity.NotAuthorized();
        }
        if (key.isPresent() && isKey) {
            return operator(key.get());
        }
        return new Identity.BadCredentials();
    }

    /**
     * Without any credential: who is not in the registry, or came so before it was entered there and has never been given anything
     * to show. Every other registered device must show something, here too, also one whose last key was taken away and one
     * that was entered by its certificate.
     */
    public Identity anonymous(String clientId) {
        if (!allowAnonymous) {
            return new Identity.BadCredentials();
        }
        if (!DeviceId.isValid(clientId)) {
            return new Identity.BadClientId();
        }
        Optional<DeviceEntry> known = devices.find(clientId);
        if (!known.map(DeviceEntry::mayBeAnonymous).orElse(true)) {
            return new Identity.BadCredentials();
        }
        boolean wanted = known.map(DeviceEntry::enabled).orElse(true);
        return wanted ? new Identity.Device(new DeviceId(clientId), Credential.None.IT) : new Identity.NotAuthorized();
    }

    private static Identity device(DeviceId id, String clientId, Credential credential) {
        return clientId.isEmpty() || clientId.equals(id.value())
                ? new Identity.Device(id, credential)
                : new Identity.BadClientId();
    }

    private Identity operator(AccessKeyRecord key) {
        return KeyTable.isValid(key, clock.instant()) && key.role().includes(Role.VIEWER)
                ? new Identity.Operator(key.id(), key.name(), key.role())
                : new Identity.NotAuthorized();
    }
}
