package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuthenticatorTest {
    private static final String HERE = "192.0.2.7";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final FleetIssuers nobody =
            new FleetIssuers(Optional.empty(), new GatewayMetrics(new SimpleMeterRegistry()), () -> {});
    private final DeviceTable devices = new DeviceTable(nobody, id -> {}, id -> {});
    private final KeyTable keys = new KeyTable(() -> {});
    private final Authenticator strict = authenticator(false);
    private final Authenticator open = authenticator(true);

    private long nanos;

    private Authenticator authenticator(boolean allowAnonymous) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        var demands = new TokenVerifier.Demands(Optional.empty(), true, Duration.ZERO);
        var rate = new FailureLimit.Rate(3, Duration.ofSeconds(10));
        return new Authenticator(
                devices,
                keys,
                new TokenVerifier(devices, nobody, demands, clock),
                new FailureLimit(rate, rate, () -> nanos),
                allowAnonymous,
                clock);
    }

    private void device(String id, boolean enabled, String... secrets) {
        List<SecretDigest> digests =
                List.of(secrets).stream().map(SecretDigest::of).toList();
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id), Optional.empty(), Map.of(), Map.of(), Optional.empty(), digests, enabled, 1, NOW);
        devices.accept(new ConsumerRecord<>("r", 0, 0, id.getBytes(UTF_8), Json.write(record)));
    }

    private void anonymousDevice(String id, boolean enabled) {
        String record = "{\"id\":\"" + id + "\",\"anonymous\":true,\"enabled\":" + enabled
                + ",\"revision\":2,\"updatedAt\":\"2026-11-22T10:00:00Z\"}";
        devices.accept(new ConsumerRecord<>("r", 0, 0, id.getBytes(UTF_8), record.getBytes(UTF_8)));
    }

    private void key(String id, String name, Role role, String key, Optional<Instant> expiresAt) {
        AccessKeyRecord record = new AccessKeyRecord(id, name, role, SecretDigest.of(key), true, expiresAt);
        keys.accept(new ConsumerRecord<>("k", 0, 0, id.getBytes(UTF_8), Json.write(record)));
    }

    private static Identity connect(Authenticator who, String clientId, String user, String password) {
        return who.identify(HERE, clientId, Optional.of(user), Optional.of(password));
    }

    @Test
    void whoIsLimitedCanBeAskedWithoutAnAttempt() {
        device("d1", true, "right");
        Optional<String> user = Optional.of("d1");
        for (int i = 0; i < 3; i++) {
            assertThat(strict.isLimited(HERE, "", user, Optional.of("wrong"))).isFalse();
            assertThat(connect(strict, "", "d1", "wrong")).isInstanceOf(Identity.BadCredentials.class);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(strict.isLimited(HERE, "", user, Optional.of("right"))).isTrue();
        }
        assertThat(strict.isLimited("192.0.2.8", "", user, Optional.of("right")))
                .isFalse();
        nanos += Duration.ofSeconds(10).toNanos();
        assertThat(strict.isLimited(HERE, "", user, Optional.of("right"))).isFalse();
        assertThat(connect(strict, "", "d1", "right")).isInstanceOf(Identity.Device.class);
    }

    @Test
    void aDeviceIsWhoItsSecretSays() {
        device("d1", true, "old", "new");
        for (String secret : List.of("old", "new")) {
            assertThat(connect(strict, "d1", "d1", secret))
                    .isInstanceOfSatisfying(Identity.Device.class, device -> assertThat(device.id())
                            .isEqualTo(new DeviceId("d1")));
        }
    }

    @Test
    void anUnknownDeviceAndAWrongSecretCannotBeTold() {
        device("d1", true, "s");
        assertThat(connect(strict, "d1", "d1", "wrong")).isEqualTo(connect(strict, "d2", "d2", "s"));
    }

    /** Time must not tell which names there are: what is counted is what takes the time. */
    @Test
    void anUnknownNameCostsTheDigestsOfAKnownOne() {
        device("d1", true, "s");
        device("off", false, "s");
        device("no-secret", true);
        key("k1", "ops", Role.OPERATOR, "secret", Optional.empty());
        try (CountedDigests digests = new CountedDigests()) {
            for (String name : List.of("d1", "off", "no-secret", "ops", "unknown")) {
                assertThat(digests.during(() -> assertThat(connect(strict, "", name, "wrong"))
                                .isInstanceOf(Identity.BadCredentials.class)))
                        .as(name)
                        .isEqualTo(2);
                nanos += Duration.ofMinutes(1).toNanos();
            }
        }
    }

    @Test
    void theClientIdMustBeTheDeviceOrAbsent() {
        device("d1", true, "s");
        assertThat(connect(strict, "d2", "d1", "s")).isInstanceOf(Identity.BadClientId.class);
        assertThat(connect(strict, "", "d1", "s")).isInstanceOf(Identity.Device.class);
        assertThat(connect(strict, "d2", "d1", "wrong")).isInstanceOf(Identity.BadCredentials.class);
    }

    @Test
    void withoutUserNameTheClientIdIsTheIdentity() {
        device("d1", true, "s");
        assertThat(strict.identify(HERE, "d1", Optional.empty(), Optional.of("s")))
                .isInstanceOf(Identity.Device.class);
    }

    @Test
    void aDisabledDeviceWithItsSecretIsNotAuthorized() {
        device("d1", false, "s");
        assertThat(connect(strict, "d1", "d1", "s")).isInstanceOf(Identity.NotAuthorized.class);
        assertThat(connect(strict, "d1", "d1", "x")).isInstanceOf(Identity.BadCredentials.class);
    }

    @Test
    void aKeyOpensForItsNameWithAnyClientId() {
        key("k1", "ops", Role.OPERATOR, "secret", Optional.empty());
        assertThat(connect(strict, "laptop-7", "ops", "secret"))
                .isEqualTo(new Identity.Operator("k1", "ops", Role.OPERATOR));
        assertThat(connect(strict, "laptop-7", "ops", "wrong")).isInstanceOf(Identity.BadCredentials.class);
    }

    @Test
    void aDeviceAndAKeyOfOneNameAreToldByTheirSecrets() {
        device("ops", true, "device-secret");
        key("k1", "ops", Role.VIEWER, "key-secret", Optional.empty());
        assertThat(connect(strict, "ops", "ops", "device-secret")).isInstanceOf(Identity.Device.class);
        assertThat(connect(strict, "ops", "ops", "key-secret")).isInstanceOf(Identity.Operator.class);
    }

    @Test
    void anExpiredOrProvisioningKeyIsNotAuthorized() {
        key("k1", "old", Role.OPERATOR, "a", Optional.of(NOW));
        key("k2", "line", Role.PROVISIONING, "b", Optional.empty());
        assertThat(connect(strict, "c", "old", "a")).isInstanceOf(Identity.NotAuthorized.class);
        assertThat(connect(strict, "c", "line", "b")).isInstanceOf(Identity.NotAuthorized.class);
    }

    @Test
    void aRevokedKeyOpensNothing() {
        key("k1", "ops", Role.OPERATOR, "secret", Optional.empty());
        var operator = new Identity.Operator("k1", "ops", Role.OPERATOR);
        assertThat(keys.admits(operator, NOW)).isTrue();
        keys.accept(new ConsumerRecord<>("k", 0, 1, "k1".getBytes(UTF_8), null));
        assertThat(connect(strict, "c", "ops", "secret")).isInstanceOf(Identity.BadCredentials.class);
        assertThat(keys.admits(operator, NOW)).isFalse();
    }

    @Test
    void anonymousDevicesNeedTheSettingAndAProperName() {
        assertThat(strict.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadCredentials.class);
        assertThat(open.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.Device.class);
        assertThat(open.identify(HERE, "", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadClientId.class);
        assertThat(open.identify(HERE, "a/b", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadClientId.class);
    }

    @Test
    void aDeviceThatHasASecretMustShowItAlsoWhereAnonymousDevicesMayEnter() {
        device("d1", true, "s");
        assertThat(authenticator(true).identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadCredentials.class);
        assertThat(devices.admits(new DeviceId("d1"), Credential.None.IT)).isFalse();
    }

    @Test
    void anAnonymousDeviceThatIsEnteredByAChangeStaysAndMayComeBack() {
        DeviceId id = new DeviceId("d1");
        assertThat(devices.admits(id, Credential.None.IT)).isTrue();
        anonymousDevice("d1", true);
        assertThat(devices.admits(id, Credential.None.IT)).isTrue();
        assertThat(open.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.Device.class);
        assertThat(strict.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadCredentials.class);
        anonymousDevice("d1", false);
        assertThat(devices.admits(id, Credential.None.IT)).isFalse();
        assertThat(open.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.NotAuthorized.class);
    }

    /** Its last key was taken away, or it was entered by its certificate: the record looks the same. */
    @Test
    void aRegisteredDeviceWithoutCredentialsIsNotOpenToItsName() {
        device("d1", true);
        assertThat(open.identify(HERE, "d1", Optional.empty(), Optional.empty()))
                .isInstanceOf(Identity.BadCredentials.class);
        assertThat(devices.admits(new DeviceId("d1"), Credential.None.IT)).isFalse();
    }

    @Test
    void aWrongPasswordIsWrongAlsoWhereAnonymousDevicesMayEnter() {
        assertThat(connect(open, "d1", "d1", "x")).isInstanceOf(Identity.BadCredentials.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"VIEWER", "OPERATOR", "ADMIN"})
    void everyHumanRoleMayConnect(Role role) {
        key("k1", "someone", role, "a", Optional.empty());
        assertThat(connect(strict, "c", "someone", "a")).isInstanceOf(Identity.Operator.class);
    }

    @Test
    void aRotatedSecretNoLongerAdmits() {
        device("d1", true, "old");
        Credential credential = ((Identity.Device) connect(strict, "d1", "d1", "old")).credential();
        assertThat(devices.admits(new DeviceId("d1"), credential)).isTrue();
        device("d1", true, "new");
        assertThat(devices.admits(new DeviceId("d1"), credential)).isFalse();
    }

    @Test
    void whoFailsTooOftenIsNotLookedAtForAWhile() {
        device("d1", true, "s");
        for (int i = 0; i < 3; i++) {
            assertThat(connect(strict, "d1", "d1", "wrong")).isInstanceOf(Identity.BadCredentials.class);
        }
        assertThat(connect(strict, "d1", "d1", "s")).isEqualTo(new Identity.TooManyFailures(Duration.ofSeconds(10)));
        nanos += Duration.ofSeconds(10).toNanos();
        assertThat(connect(strict, "d1", "d1", "s")).isInstanceOf(Identity.Device.class);
    }

    @Test
    void aDisabledDeviceMayComeAgainAsOftenAsItLikes() {
        device("d1", false, "s");
        for (int i = 0; i < 10; i++) {
            assertThat(connect(strict, "d1", "d1", "s")).isInstanceOf(Identity.NotAuthorized.class);
        }
    }

    @Test
    void whatLooksLikeATokenIsNoSecret() {
        device("d1", true, "eyJh.eyJz.c2ln");
        assertThat(connect(strict, "d1", "d1", "eyJh.eyJz.c2ln")).isInstanceOf(Identity.BadCredentials.class);
    }
}
