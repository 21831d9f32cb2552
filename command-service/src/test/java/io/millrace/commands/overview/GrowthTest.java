package io.millrace.commands.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.overview.Growth.Bucket;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final long T = 1_700_000_000_000L;

    private final Growth growth = new Growth();

    @Test
    void oneLookTellsNothing() {
        growth.saw(100, T);

        assertThat(growth.perSecond(T)).isEmpty();
        assertThat(growth.recent()).isEmpty();
    }

    @Test
    void theRateIsThatOfTheLastTenSeconds() {
        growth.saw(0, T);
        growth.saw(10_000, T + 5_000);
        growth.saw(10_050, T + 10_000);
        growth.saw(10_100, T + 15_000);

        assertThat(growth.perSecond(T + 16_000)).hasValue(10.0);
    }

    @Test
    void anOldLookSaysNothingOfNow() {
        growth.saw(0, T);
        growth.saw(10, T + 5_000);

        assertThat(growth.perSecond(T + 29_000)).hasValue(2.0);
        assertThat(growth.perSecond(T + 31_000)).isEmpty();
    }

    @Test
    void bucketsAreWholeAndOnTheTens() {
        growth.saw(0, T + 3_000);
        growth.saw(17, T + 20_000);
        growth.saw(27, T + 30_000);
        growth.saw(90, T + 35_000);

        assertThat(growth.recent()).containsExactly(bucket(T + 10_000, 10), bucket(T + 20_000, 10));
    }

    @Test
    void aLookThatFailedLeavesNoHole() {
        growth.saw(0, T);
        growth.saw(60, T + 30_000);

        assertThat(growth.recent()).extracting(Bucket::count).containsExactly(20L, 20L, 20L);
    }

    @Test
    void tenMinutesAreKeptAndNothingIsLostBetweenBuckets() {
        for (int i = 0; i <= 400; i++) {
            growth.saw(i * 7L, T + 1 + i * 4_999L);
        }

        assertThat(growth.recent()).hasSize(60);
        assertThat(growth.recent().stream().mapToLong(Bucket::count).sum()).isBetween(838L, 842L);
    }

    @Test
    void aTopicMadeAnewBeginsAnew() {
        growth.saw(1_000, T);
        growth.saw(5, T + 5_000);

        assertThat(growth.perSecond(T + 5_000)).isEmpty();
        growth.saw(15, T + 10_000);
        assertThat(growth.perSecond(T + 10_000)).hasValue(2.0);
    }

    private static Bucket bucket(long at, long count) {
        return new Bucket(Instant.ofEpochMilli(at), count);
    }
}
