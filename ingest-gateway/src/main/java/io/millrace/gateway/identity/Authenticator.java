package io.millrace.gateway.identity;

import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import java.time.Clock;
import java.util.Optional;

/**
 * Decides who a client is, from the tables in memory. A device and a key may have the same name; whose secret it is decides.
 * Every attempt with a password costs one digest for a device and one for a key, whether they exist or not, so that time does
 * not tell which names do. Any thread.
 */
public final class Authenticator {
    private static final SecretDigest NOBODYS = SecretDigest.of(SecretDigest.newSecret());

    private final DeviceTable devices;
    private final KeyTable keys;
    private final boolean allowAnonymous;
    private final Clock clock;

    public Authenticator(DeviceTable devices, KeyTable keys, boolean allowAnonymous, Clock clock) {
        this.devices = devices;
        this.keys = keys;
        this.allowAnonymous = allowAnonymous;
        this.clock = clock;
    }

    /**
     * @param clientId empty if the client gave none
     * @param user absent if the client gave none; then the client id is the identity
     */
    public Identity identify(String clientId, Optional<String> user, Optional<String> password) {
        if (password.isEmpty()) {
            return user.isEmpty() && allowAnonymous ? anonymous(clientId) : new Identity.BadCredentials();
        }
        String name = user.orElse(clientId);
        String secret = password.get();
        Optional<DeviceEntry> device = devices.find(name);
        Optional<SecretDigest> credential = device.flatMap(entry -> entry.match(secret));
        boolean spent = device.isEmpty() && NOBODYS.matches(secret);
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

    /** Whoever has something to show must show it, here too: a name alone must not open what was registered. */
    private Identity anonymous(String clientId) {
        if (!DeviceId.isValid(clientId)) {
            return new Identity.BadClientId();
        }
        Optional<DeviceEntry> known = devices.find(clientId);
        if (known.map(DeviceEntry::hasCredential).orElse(false)) {
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
