package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.schemas.AlertEvent;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IngestWatchTest {

    private static final long START = Instant.parse("2026-11-22T10:00:00Z").toEpochMilli();

    private final Aliveness aliveness = new Aliveness();
    private final IngestWatch watch = new IngestWatch(aliveness, START, Optional.empty());

    private AlertEvent told(long second) {
        return watch.look(START + second * 1000).orElseThrow();
    }

    @Test
    void aGatewayThatLivesIsNothingToTell() {
        for (int second = 0; second < 100; second += 5) {
            aliveness.sign(START + second * 1000L);
            assertThat(watch.look(START + second * 1000L + 4000)).isEmpty();
        }
    }

    @Test
    void fifteenSecondsWithoutASignAreAStallThatTheNextSignEnds() {
        aliveness.sign(START + 20_000);
        assertThat(watch.look(START + 34_999)).isEmpty();
        AlertEvent firing = told(35);
        assertThat(firing.status()).isEqualTo(AlertEvent.State.FIRING);
        assertThat(firing.labels()).containsEntry("alertname", "IngestStalled");
        assertThat(firing.startsAt()).isEqualTo(Instant.ofEpochMilli(START + 35_000));
        assertThat(watch.look(START + 100_000)).isEmpty();
        aliveness.sign(START + 120_000);
        AlertEvent resolved = told(121);
        assertThat(resolved.status()).isEqualTo(AlertEvent.State.RESOLVED);
        assertThat(resolved.fingerprint()).isEqualTo(firing.fingerprint());
        assertThat(resolved.endsAt()).contains(Instant.ofEpochMilli(START + 120_000));
        assertThat(watch.look(START + 130_000)).isEmpty();
    }

    @Test
    void anEngineThatBeginsWaitsAndThenTellsTheStallFromItsTrueBeginning() {
        aliveness.sign(START - 60_000);
        assertThat(watch.look(START + 14_999)).isEmpty();
        assertThat(told(15).startsAt()).isEqualTo(Instant.ofEpochMilli(START - 45_000));
    }

    @Test
    void withoutAnySignItCountsFromItsOwnBeginning() {
        assertThat(told(15).startsAt()).isEqualTo(Instant.ofEpochMilli(START + 15_000));
    }

    @Test
    void whoTakesOverNeitherTellsItAgainNorForgetsToResolveIt() {
        aliveness.sign(START + 20_000);
        AlertEvent firing = told(35);
        IngestWatch next = new IngestWatch(aliveness, START + 60_000, Optional.of(watch.note()));
        assertThat(next.look(START + 90_000)).isEmpty();
        aliveness.sign(START + 100_000);
        AlertEvent resolved = next.look(START + 101_000).orElseThrow();
        assertThat(resolved.status()).isEqualTo(AlertEvent.State.RESOLVED);
        assertThat(resolved.fingerprint()).isEqualTo(firing.fingerprint());
        assertThat(resolved.startsAt()).isEqualTo(firing.startsAt());
        IngestWatch last = new IngestWatch(aliveness, START + 102_000, Optional.of(next.note()));
        assertThat(last.look(START + 110_000)).isEmpty();
    }

    @Test
    void aStallThatEndedWhileNobodyWatchedIsResolvedByTheNext() {
        aliveness.sign(START + 20_000);
        AlertEvent firing = told(35);
        aliveness.sign(START + 50_000);
        IngestWatch next = new IngestWatch(aliveness, START + 200_000, Optional.of(watch.note()));
        AlertEvent resolved = next.look(START + 200_000).orElseThrow();
        assertThat(resolved.endsAt()).contains(Instant.ofEpochMilli(START + 50_000));
        assertThat(resolved.fingerprint()).isEqualTo(firing.fingerprint());
        assertThat(next.look(START + 214_999)).isEmpty();
        assertThat(next.look(START + 215_000).orElseThrow().startsAt()).isEqualTo(Instant.ofEpochMilli(START + 65_000));
    }
}
