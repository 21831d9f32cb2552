package io.millrace.commands.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;

/**
 * Passwords that people choose, by bcrypt: slow on purpose, a quarter of a second. At most {@value #MOST_WAITING} wait; more are refused with
 * {@link SlowWork.Busy}. Any thread.
 */
public final class Passwords {
    public static final int MIN_LENGTH = 8;
    /** bcrypt looks at no more. */
    public static final int MAX_BYTES = 71;

    private static final int COST = 12;
    private static final int MOST_WAITING = 32;

    private final int cost;
    private final SlowWork work;

    public Passwords(Vertx vertx) {
        this(vertx, COST);
    }

    Passwords(Vertx vertx, int cost) {
        this.cost = cost;
        work = new SlowWork(vertx, "passwords", MOST_WAITING);
    }

    public static boolean isAcceptable(String password) {
        return password.length() >= MIN_LENGTH && bytes(password).length <= MAX_BYTES;
    }

    public Future<String> hash(String password) {
        return work.run(() -> BCrypt.withDefaults().hashToString(cost, password.toCharArray()));
    }

    public Future<Boolean> matches(String password, String hash) {
        byte[] bytes = bytes(password);
        if (bytes.length > MAX_BYTES) {
            return Future.succeededFuture(false);
        }
        return work.run(() -> BCrypt.verifyer().verify(bytes, hash.getBytes(StandardCharsets.US_ASCII)).verified);
    }

    /** Takes as long as {@link #matches} for a user that is not there, so that nobody can tell. */
    public Future<Boolean> waste(String password) {
        byte[] bytes = bytes(password);
        if (bytes.length > MAX_BYTES) {
            return Future.succeededFuture(false);
        }
        return work.run(() -> BCrypt.withDefaults().hash(cost, bytes).length == 0);
    }

    private static byte[] bytes(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }
}
