package io.millrace.gateway.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.enrolment.Enrolments.Outcome;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.FleetIssuers;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.EnrolmentRefusal;
import io.millrace.schemas.Json;
import io.millrace.schemas.SecretDigest;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EnrolmentsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final DeviceId ID = new DeviceId("d1");

    private final BlockingQueue<Enrolment> written = new LinkedBlockingQueue<>();
    private final DeviceTable devices = new DeviceTable(
            new FleetIssuers(Optional.empty(), new GatewayMetrics(new SimpleMeterRegistry()), () -> {}),
            this::changed,
            id -> {});
    private Enrolments enrolments = enrolments(Duration.ofHours(1));

    private Enrolments enrolments(Duration patience) {
        return new Enrolments(
                devices::find,
                (record, callback) -> written.add(Json.read(record.value(), Enrolment.class)),
                new Topics(""),
                2,
                new SimpleMeterRegistry().counter("failed"),
                Clock.fixed(NOW, ZoneOffset.UTC),
                patience);
    }

    private void changed(DeviceId id) {
        enrolments.changed(id);
    }

    private void enter(SecretDigest secret) {
        DeviceRecord record = new DeviceRecord(
                ID, Optional.empty(), Map.of(), Map.of(), Optional.empty(), List.of(secret), true, 1, NOW);
        devices.accept(new ConsumerRecord<>("r", 0, 0, ID.key(), Json.write(record)));
    }

    private CompletionStage<Outcome> enrol(String secret) {
        return enrolments.enrol(ID, secret, "k1", Optional.of("sensor"));
    }

    @Test
    void aDeviceIsEnrolledWhenTheTableShowsItWithItsSecret() {
        var outcome = enrol("secret").toCompletableFuture();
        Enrolment wish = written.remove();
        assertThat(wish.deviceId()).isEqualTo(ID);
        assertThat(wish.keyId()).contains("k1");
        assertThat(wish.expiresAt()).isAfter(NOW);
        assertThat(outcome).isNotDone();
        enter(wish.secret().orElseThrow());
        assertThat(outcome).isCompletedWithValue(Outcome.ENROLLED);
        assertThat(enrolments.size()).isZero();
    }

    @Test
    void whoComesSecondIsToldSo() {
        var outcome = enrol("secret").toCompletableFuture();
        enter(SecretDigest.of("of another"));
        assertThat(outcome).isCompletedWithValue(Outcome.TAKEN);
    }

    @Test
    void whoAsksForTheIdOfADeviceThatWasOnlySeenIsToldSo() {
        var outcome = enrol("secret").toCompletableFuture();
        refuse(new DeviceId("another"));
        assertThat(outcome).isNotDone();
        refuse(ID);
        assertThat(outcome).isCompletedWithValue(Outcome.TAKEN);
        refuse(ID);
        assertThat(enrolments.size()).isZero();
    }

    private void refuse(DeviceId id) {
        enrolments.refused(new ConsumerRecord<>("r", 0, 0, id.key(), Json.write(new EnrolmentRefusal(id, 2, NOW))));
    }

    @Test
    void aDeviceWaitsOnceAtATime() {
        var first = enrol("one").toCompletableFuture();
        assertThat(enrol("two")).isCompletedWithValue(Outcome.BUSY);
        assertThat(first).isNotDone();
        assertThat(written).hasSize(1);
    }

    @Test
    void whatNobodyFollowsIsTooLateAndMayBeTriedAgain() {
        enrolments = enrolments(Duration.ofMillis(1));
        assertThat(enrol("one")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Outcome.TOO_LATE);
        assertThat(enrol("two")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Outcome.TOO_LATE);
    }

    @Test
    void aCertifiedDeviceIsAskedForOnlyIfItIsUnknownAndHasNoSecret() {
        enrolments.enrolCertified(ID);
        assertThat(written.remove()).satisfies(wish -> {
            assertThat(wish.source()).isEqualTo(Enrolment.Source.CERTIFICATE);
            assertThat(wish.secret()).isEmpty();
        });
        enter(SecretDigest.of("s"));
        enrolments.enrolCertified(ID);
        assertThat(written).isEmpty();
    }
}
