package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Passwords passwords = new Passwords(vertx, 4);

    @AfterEach
    void close() {
        assertThat(vertx.close().toCompletionStage().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void onlyTheRightPasswordMatches() {
        String hash = result(passwords.hash("correct horse"));

        assertThat(hash).startsWith("$2a$").doesNotContain("horse");
        assertThat(result(passwords.matches("correct horse", hash))).isTrue();
        assertThat(result(passwords.matches("correct hors", hash))).isFalse();
        assertThat(result(passwords.waste("correct horse"))).isFalse();
    }

    @Test
    void whatBcryptWouldCutOffIsNotAcceptable() {
        assertThat(Passwords.isAcceptable("x".repeat(71))).isTrue();
        assertThat(Passwords.isAcceptable("x".repeat(72))).isFalse();
        assertThat(Passwords.isAcceptable("ü".repeat(36))).isFalse();
        assertThat(Passwords.isAcceptable("x".repeat(7))).isFalse();
        String hash = result(passwords.hash("x".repeat(71)));
        assertThat(result(passwords.matches("x".repeat(72), hash))).isFalse();
    }

    @Test
    void aFloodIsRefusedInsteadOfQueuedWithoutEndAndIsOverOnceItIsOver() {
        List<Future<String>> flood = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            flood.add(passwords.hash("password" + i));
        }

        assertThat(flood).anySatisfy(refused -> assertThat(refused.cause()).isInstanceOf(SlowWork.Busy.class));
        assertThat(flood.stream().filter(done -> !done.failed()).toList()).hasSizeGreaterThanOrEqualTo(32);
        flood.stream().filter(done -> !done.failed()).forEach(PasswordsTest::result);
        assertThat(result(passwords.hash("afterwards"))).isNotEmpty();
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }
}
