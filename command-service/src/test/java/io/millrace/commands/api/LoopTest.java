package io.millrace.commands.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static final int MANY = 200_000;

    @Test
    void manyStepsThatAreDoneLaterOverflowNoStack() {
        Queue<Promise<Boolean>> begun = new ArrayDeque<>();
        Future<Void> loop = Loop.whileTrue(() -> {
            Promise<Boolean> step = Promise.promise();
            begun.add(step);
            return step.future();
        });
        for (int i = 1; i <= MANY; i++) {
            assertThat(begun).as("one at a time").hasSize(1);
            assertThat(loop.isComplete()).isFalse();
            begun.remove().complete(i < MANY);
        }
        assertThat(loop.succeeded()).isTrue();
    }

    @Test
    void manyStepsThatAreDoneAtOnceOverflowNoStack() {
        var steps = new AtomicInteger();
        assertThat(Loop.whileTrue(() -> Future.succeededFuture(steps.incrementAndGet() < MANY))
                        .succeeded())
                .isTrue();
        assertThat(steps).hasValue(MANY);
    }

    @Test
    void aStepThatFailsOrThrowsIsTheLast() {
        var failure = new IllegalStateException("enough");
        assertThat(Loop.whileTrue(() -> Future.failedFuture(failure)).cause()).isSameAs(failure);
        assertThat(Loop.whileTrue(() -> {
                            throw failure;
                        })
                        .cause())
                .isSameAs(failure);
    }
}
