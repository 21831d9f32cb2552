package io.millrace.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CrowdTest {
    private static final long SITE = 1;
    private static final long OTHER = 2;

    private final Crowd<String> crowd = new Crowd<>();

    @Test
    void theOldestOfTheSourceThatHoldsTheMostGoesFirst() {
        assertThat(crowd.first()).isEmpty();
        var unused = crowd.add(OTHER, "oldest of all");
        var first = crowd.add(SITE, "first");
        var second = crowd.add(SITE, "second");
        assertThat(crowd.first()).contains("first");
        crowd.remove(first);
        assertThat(crowd.first()).contains("oldest of all");
        crowd.remove(second);
        assertThat(crowd.first()).contains("oldest of all");
        assertThat(crowd.size()).isEqualTo(1);
    }

    @Test
    void amongSourcesThatHoldOneEachTheOldestGoesFirst() {
        Deque<Crowd.Place<String>> places = new ArrayDeque<>();
        for (int i = 0; i < 5; i++) {
            places.add(crowd.add(i, "of " + i));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(crowd.first()).contains("of " + i);
            crowd.remove(places.remove());
        }
        assertThat(crowd.first()).isEmpty();
    }

    /** A search for who goes first would take hours. */
    @Test
    @Timeout(60)
    void itIsAsQuickWithManyAsWithFew() {
        Crowd<Integer> many = new Crowd<>();
        List<Crowd.Place<Integer>> places = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            places.add(many.add(random.nextInt(1 + random.nextInt(50_000)), i));
        }
        for (int i = 0; i < 500_000; i++) {
            int gone = many.first().orElseThrow();
            many.remove(places.get(gone));
            places.set(gone, many.add(random.nextInt(50_000), gone));
        }
        assertThat(many.size()).isEqualTo(100_000);
    }
}
