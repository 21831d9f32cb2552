package io.millrace.commands.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeldomTest {
    private final List<Promise<String>> asked = new ArrayList<>();
    private long now = 7;
    private final Seldom<String> seldom = new Seldom<>(Duration.ofSeconds(10), () -> now, () -> {
        Promise<String> promise = Promise.promise();
        asked.add(promise);
        return promise.future();
    });

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void allWaitForTheOneWhoIsAtIt() {
        Future<String> first = seldom.get();
        Future<String> second = seldom.get();
        asked.get(0).complete("a");

        assertThat(asked).hasSize(1);
        assertThat(first.result()).isEqualTo("a");
        assertThat(second.result()).isEqualTo("a");
    }

    @Test
    void whatIsKnownHoldsForThePause() {
        var unused = seldom.get();
        asked.get(0).complete("a");
        pass(Duration.ofMillis(9_999));
        assertThat(seldom.get().result()).isEqualTo("a");
        pass(Duration.ofMillis(1));
        assertThat(seldom.get().isComplete()).isFalse();
        asked.get(1).complete("b");
        assertThat(seldom.get().result()).isEqualTo("b");
    }

    @Test
    void whatTakesLongIsFoundOutLessOften() {
        var unused = seldom.get();
        pass(Duration.ofSeconds(2));
        asked.get(0).complete("a");
        pass(Duration.ofSeconds(39));
        assertThat(seldom.get().result()).isEqualTo("a");
        pass(Duration.ofSeconds(1));
        assertThat(seldom.get().isComplete()).isFalse();
    }

    @Test
    void aFailureIsNotKept() {
        Future<String> first = seldom.get();
        asked.get(0).fail("away");
        assertThat(first.failed()).isTrue();
        Future<String> second = seldom.get();
        asked.get(1).complete("b");
        assertThat(second.result()).isEqualTo("b");
    }
}
