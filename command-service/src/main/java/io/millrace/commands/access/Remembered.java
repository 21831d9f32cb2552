package io.millrace.commands.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the database said of a key or login within the last second, so that thousands of requests a second cost it one query. A second is also
 * how long another instance may still believe what this one has revoked. Bounded; a question that fails is asked anew. Any thread.
 *
 * @param <V> what is known
 */
final class Remembered<V> {
    static final Duration FOR = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Cache<String, Future<Optional<V>>> answers =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(FOR).build();
    private final Function<String, Future<Optional<V>>> ask;

    Remembered(Function<String, Future<Optional<V>>> ask) {
        this.ask = ask;
    }

    Future<Optional<V>> of(String id) {
        Future<Optional<V>> answer = answers.get(id, ask);
        if (!answer.succeeded()) {
            answer.onFailure(failure -> answers.asMap().remove(id, answer));
        }
        return Homeward.of(answer);
    }

    void forget(String id) {
        answers.invalidate(id);
    }

    void forgetAll() {
        answers.invalidateAll();
    }
}
