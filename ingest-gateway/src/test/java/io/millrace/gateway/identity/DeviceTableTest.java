package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeviceTableTest {
    private static final DeviceId ID = new DeviceId("d1");
    private static final Credential NONE = Credential.None.IT;
    private static final String PEM = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXsRdhDcF8dINBci+biN47/PCPAYY
            V6IC6NIPnuAgXY9uyjUMK9mtfMS12v9htFEZYNkNps9ARnbY1Q0XzyC2aQ==
            -----END PUBLIC KEY-----
            """;

    private final List<DeviceId> deleted = new ArrayList<>();
    private final DeviceTable devices = new DeviceTable(
            new FleetIssuers(Optional.empty(), new GatewayMetrics(new SimpleMeterRegistry()), () -> {}),
            id -> {},
            deleted::add);

    private void put(
            List<SecretDigest> secrets,
            List<JwtKey> jwtKeys,
            List<String> fingerprints,
            OptionalInt pskGeneration,
            boolean enabled) {
        DeviceRecord record = new DeviceRecord(
                ID,
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                secrets,
                jwtKeys,
                fingerprints,
                pskGeneration,
                enabled,
                1,
                Instant.EPOCH);
        devices.accept(new ConsumerRecord<>("r", 0, 0, ID.key(), Json.write(record)));
    }

    private static Credential certificate(char digit) {
        return new Credential.Certificate(String.valueOf(digit).repeat(64), Instant.MAX);
    }

    @Test
    void eachOfSeveralSecretsIsHeld() {
        SecretDigest old = SecretDigest.of("old");
        SecretDigest fresh = SecretDigest.of("fresh");
        put(List.of(fresh, old), List.of(), List.of(), OptionalInt.empty(), true);
        for (SecretDigest digest : List.of(old, fresh)) {
            assertThat(devices.admits(ID, new Credential.Secret(digest))).isTrue();
        }
        put(List.of(fresh), List.of(), List.of(), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, new Credential.Secret(old))).isFalse();
        assertThat(devices.admits(ID, new Credential.Secret(fresh))).isTrue();
    }

    @Test
    void aKeyOfItsOwnAdmitsAsLongAsItIsRegistered() {
        JwtKey key = new JwtKey(Optional.empty(), JwtKey.Algorithm.ES256, PEM);
        put(List.of(), List.of(key), List.of(), OptionalInt.empty(), true);
        String fingerprint = devices.find("d1").orElseThrow().tokenKeys().get(0).fingerprint();
        Credential own = new Credential.Jwt(Optional.empty(), fingerprint, Instant.MAX);
        assertThat(devices.admits(ID, own)).isTrue();
        put(List.of(), List.of(), List.of(), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, own)).isFalse();
    }

    @Test
    void aCertificateIsAnyOfTheCaUntilOneIsPinned() {
        assertThat(devices.admits(ID, certificate('a'))).isTrue();
        put(List.of(), List.of(), List.of(), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, certificate('a'))).isTrue();
        put(List.of(), List.of(), List.of("b".repeat(64)), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, certificate('a'))).isFalse();
        assertThat(devices.admits(ID, certificate('b'))).isTrue();
    }

    @Test
    void aPreSharedKeyIsOfTheGenerationInForce() {
        assertThat(devices.admits(ID, new Credential.Psk(1))).isFalse();
        put(List.of(), List.of(), List.of(), OptionalInt.of(2), true);
        assertThat(devices.admits(ID, new Credential.Psk(1))).isFalse();
        assertThat(devices.admits(ID, new Credential.Psk(2))).isTrue();
    }

    @Test
    void aDisabledDeviceIsNotAdmittedWhateverItShows() {
        put(List.of(), List.of(), List.of(), OptionalInt.of(1), false);
        for (Credential credential : List.of(certificate('a'), new Credential.Psk(1), NONE)) {
            assertThat(devices.admits(ID, credential)).isFalse();
        }
    }

    @Test
    void whoNeedsNoEntryIsAdmittedWithoutOne() {
        assertThat(devices.admits(ID, certificate('a'))).isTrue();
        assertThat(devices.admits(ID, NONE)).isTrue();
        assertThat(devices.admits(ID, new Credential.Secret(SecretDigest.of("s"))))
                .isFalse();
        assertThat(devices.admits(ID, new Credential.Jwt(Optional.empty(), "k", Instant.MAX)))
                .isFalse();
    }

    @Test
    void whoIsRegisteredIsNotAdmittedWithNothingUnlessItWasAlwaysAnonymous() {
        put(List.of(), List.of(), List.of(), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, NONE)).isFalse();
        put(List.of(), List.of(), List.of("b".repeat(64)), OptionalInt.empty(), true);
        assertThat(devices.admits(ID, NONE)).isFalse();
        put(List.of(), List.of(), List.of(), OptionalInt.of(1), true);
        assertThat(devices.admits(ID, NONE)).isFalse();
    }

    @Test
    void aDeletionIsToldAsOne() {
        put(List.of(), List.of(), List.of(), OptionalInt.empty(), true);
        assertThat(deleted).isEmpty();
        devices.accept(new ConsumerRecord<>("r", 0, 1, ID.key(), null));
        assertThat(deleted).containsExactly(ID);
        assertThat(devices.find("d1")).isEmpty();
    }
}
