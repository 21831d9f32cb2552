package io.millrace.commands.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passwords that people choose, by bcrypt. Slow on purpose (a quarter of a second), so on threads of its own, on half of the processors: a
 * flood of logins slows logins and nothing else. At most {@value #MOST_WAITING} wait; more are refused with {@link Busy}. Any thread.
 */
public final class Passwords {
    public static final int MIN_LENGTH = 8;
    /** bcrypt looks at no more. */
    public static final int MAX_BYTES = 71;

    private static final int COST = 12;
    private static final int MOST_WAITING = 32;

    private final int cost;
    private final WorkerExecutor threads;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Too many want their password checked just now. */
    public static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        Busy() {
            super("too many logins at once", null, false, false);
        }
    }

    public Passwords(Vertx vertx) {
        this(vertx, COST);
    }

    Passwords(Vertx vertx, int cost) {
        this.cost = cost;
        int size = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = vertx.createSharedWorkerExecutor("passwords", size);
    }

    public static boolean isAcceptable(String password) {
        return password.length() >= MIN_LENGTH && bytes(password).length <= MAX_BYTES;
    }

    public Future<String> hash(String password) {
        return queued(() -> BCrypt.withDefaults().hashToString(cost, password.toCharArray()));
    }

    public Future<Boolean> matches(String password, String hash) {
        byte[] bytes = bytes(password);
        if (bytes.length > MAX_BYTES) {
            return Future.succeededFuture(false);
        }
        return queued(() -> BCrypt.verifyer().verify(bytes, hash.getBytes(StandardCharsets.US_ASCII)).verified);
    }

    /** Takes as long as {@link #matches} for a user that is not there, so that nobody can tell. */
    public Future<Boolean> waste(String password) {
        byte[] bytes = bytes(password);
        if (bytes.length > MAX_BYTES) {
            return Future.succeededFuture(false);
        }
        return queued(() -> BCrypt.withDefaults().hash(cost, bytes).length == 0);
    }

    private <T> Future<T> queued(Callable<T> work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new Busy());
        }
        return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
    }

    private static byte[] bytes(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }
}
