package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        assertThat(vertx.close().toCompletionStage().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void thousandsOfRequestsAreOneQuestionUntilItIsForgotten() {
        Remembered<String> keys = new Remembered<>(id -> {
            asked.incrementAndGet();
            return Future.succeededFuture(Optional.of(id));
        });
        keys.forget("a");
        assertThat(keys.of("a").result()).contains("a");
        int first = asked.get();
        keys.forget("a");
        assertThat(keys.of("a").result()).contains("a");
        assertThat(asked.get()).isEqualTo(first + 1);
        await().until(() -> keys.of("a").succeeded() && asked.get() > first + 1);
    }

    @Test
    void aQuestionThatFailedIsAskedAnew() {
        Remembered<String> keys = new Remembered<>(id ->
                asked.incrementAndGet() == 1 ? Future.failedFuture("away") : Future.succeededFuture(Optional.of(id)));
        assertThat(keys.of("a").failed()).isTrue();
        assertThat(keys.of("a").result()).contains("a");
    }

    @Test
    void whoWaitsForTheSameAnswerGetsItOnTheOwnEventLoop() {
        Promise<Optional<String>> answer = Promise.promise();
        Remembered<String> keys = new Remembered<>(id -> answer.future());
        Map<Context, Context> toldOn = new ConcurrentHashMap<>();
        List<Context> homes =
                IntStream.range(0, 4).mapToObj(i -> vertx.getOrCreateContext()).toList();
        AtomicInteger waiting = new AtomicInteger();
        homes.forEach(home -> home.runOnContext(begun -> {
            keys.of("a").onSuccess(found -> {
                Context here = Vertx.currentContext();
                assertThat(here).isNotNull();
                toldOn.put(home, here);
            });
            waiting.incrementAndGet();
        }));
        await().until(() -> waiting.get() == homes.size());

        answer.complete(Optional.of("a"));
        await().until(() -> toldOn.size() == homes.size());
        toldOn.forEach((home, here) -> assertThat(here).isSameAs(home));
    }
}
