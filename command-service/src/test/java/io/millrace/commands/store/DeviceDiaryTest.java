package io.millrace.commands.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.Finding;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceDiaryTest {
    private static final DeviceId ID = new DeviceId("d");
    private static final Instant NOW = Instant.parse("2026-11-23T10:20:00Z");

    @Test
    void theLastTenConnectsAreKeptTheNewestFirstEachWithItsEnd() {
        DeviceDiary diary = DeviceDiary.empty();
        for (int i = 0; i < 12; i++) {
            diary = diary.with(opened(i), i);
            diary = diary.with(
                    new SessionEvent.Closed(ID, 1, 0, i, NOW.plusSeconds(i), CloseReason.KEEP_ALIVE_TIMEOUT), 100 + i);
        }
        diary = diary.with(opened(12), 12);

        assertThat(diary.connects())
                .extracting(DeviceDiary.Connect::session)
                .startsWith(12L, 11L)
                .hasSize(10);
        assertThat(diary.connects().get(0).closedAt()).isEmpty();
        assertThat(diary.connects().get(1).reason()).contains("keep-alive-timeout");
    }

    @Test
    void refusalsInARowForOneReasonAreOne() {
        DeviceDiary diary = DeviceDiary.empty()
                .with(refused("bad-credentials", 3, NOW))
                .with(refused("bad-credentials", 2, NOW.plusSeconds(60)))
                .with(refused("not-authorized", 1, NOW.plusSeconds(90)));

        assertThat(diary.refusals())
                .extracting(DeviceDiary.Refusal::reason, DeviceDiary.Refusal::count)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("not-authorized", 1L),
                        org.assertj.core.groups.Tuple.tuple("bad-credentials", 5L));
        assertThat(diary.refusals().get(1).from()).isEqualTo(NOW);
    }

    @Test
    void signsAreCountedForTheLastDayAndInAll() {
        DeviceDiary diary = DeviceDiary.empty()
                .with(noticed(7, NOW.minus(Duration.ofHours(30))))
                .with(noticed(4, NOW.minus(Duration.ofHours(3))))
                .with(noticed(2, NOW));

        assertThat(diary.lastDay(Sign.DUPLICATE, NOW)).isEqualTo(6);
        assertThat(diary.lastDay(Sign.NOT_JSON, NOW)).isZero();
        DeviceDiary.Tally tally = java.util.Objects.requireNonNull(diary.signs().get("duplicate"));
        assertThat(tally.total()).isEqualTo(13);
        assertThat(tally.detail()).contains("of 2");
        assertThat(tally.hours()).hasSize(2);
    }

    @Test
    void aDiaryIsTheSameAfterItWasKept() {
        DeviceDiary diary = DeviceDiary.empty()
                .with(opened(5), 5)
                .with(refused("bad-will", 1, NOW))
                .with(noticed(1, NOW))
                .with(new DeviceDiagnostic.DuplicateIdentity(ID, 1, NOW, 3, 60_000, List.of("10.0.0.1")));

        assertThat(Json.read(Json.write(diary), DeviceDiary.class)).isEqualTo(diary);
        assertThat(Json.read("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), DeviceDiary.class))
                .isEqualTo(DeviceDiary.empty());
    }

    private static SessionEvent.Opened opened(int n) {
        return new SessionEvent.Opened(ID, 1, 0, NOW.plusSeconds(n), "d", "mqtt-5", "10.0.0." + n, true);
    }

    private static DeviceDiagnostic refused(String reason, long count, Instant at) {
        return new DeviceDiagnostic.ConnectRefused(ID, 1, at, at, reason, count, Optional.of("10.0.0.9"));
    }

    private static DeviceDiagnostic noticed(long count, Instant at) {
        return new DeviceDiagnostic.Noticed(
                ID, 1, at, at, List.of(new Finding(Sign.DUPLICATE, count, Optional.of("of " + count))));
    }
}
