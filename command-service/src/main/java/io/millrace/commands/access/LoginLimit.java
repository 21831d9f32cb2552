package io.millrace.commands.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.store.AttemptStore;
import io.millrace.commands.store.AttemptStore.Tries;
import io.millrace.commands.store.LoginStore;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down guessing, counted in the database for all instances together: within a minute five tries of a name from a network, twenty from
 * a network, thirty of a name from everywhere. Where somebody has logged in before only the first counts: strangers who guess at his
 * name, or neighbours who guess at others, do not keep him out. A try counts when it begins, so that many at once get no further.
 */
public final class LoginLimit {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int TRIES_OF_PAIR = 5;
    private static final int TRIES_OF_NETWORK = 20;
    private static final int TRIES_OF_NAME = 30;

    private final AttemptStore attempts;
    private final LoginStore logins;
    private final Clock clock;

    public LoginLimit(AttemptStore attempts, LoginStore logins, Clock clock) {
        this.attempts = attempts;
        this.logins = logins;
        this.clock = clock;
    }

    /**
     * A try that is under way.
     *
     * @param pair what is counted for name and network
     * @param others what else is counted
     */
    public record Try(String pair, List<String> others, Optional<Duration> mustWait) {}

    /** Begins a try, or says how long to wait with it. */
    public Future<Try> begin(String username, String network) {
        Instant now = clock.instant();
        Instant from = now.minus(WINDOW);
        return logins.wasSeenAt(username, network).compose(seen -> {
            Map<String, Integer> limits = limits(username, network, seen);
            List<String> subjects = List.copyOf(limits.keySet());
            return attempts.find(subjects, from).compose(known -> {
                Optional<Duration> wait = wait(known, limits, 0, now);
                return wait.isPresent()
                        ? Future.succeededFuture(begun(subjects, wait))
                        : attempts.add(subjects, now, from)
                                .map(counted -> begun(subjects, wait(counted, limits, 1, now)));
            });
        });
    }

    private static Map<String, Integer> limits(String username, String network, boolean seen) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        limits.put(subject("pair", username, network), TRIES_OF_PAIR);
        if (!seen) {
            limits.put(subject("network", network), TRIES_OF_NETWORK);
            limits.put(subject("name", username), TRIES_OF_NAME);
        }
        return limits;
    }

    /** @param own how many of the tries are this one */
    private static Optional<Duration> wait(
            Map<String, Tries> tries, Map<String, Integer> limits, int own, Instant now) {
        return limits.entrySet().stream()
                .flatMap(limit -> Optional.ofNullable(tries.get(limit.getKey()))
                        .filter(known -> known.count() - own >= limit.getValue())
                        .map(known -> Duration.between(now, known.since().plus(WINDOW)))
                        .filter(left -> !left.isNegative() && !left.isZero())
                        .stream())
                .max(Duration::compareTo);
    }

    private static Try begun(List<String> subjects, Optional<Duration> wait) {
        return new Try(subjects.get(0), subjects.subList(1, subjects.size()), wait);
    }

    /** It was no guess. */
    public Future<Void> succeeded(Try begun) {
        return attempts.forget(begun.pair()).compose(done -> attempts.takeBack(begun.others()));
    }

    /** Nobody looked at the password. */
    public Future<Void> notTried(Try begun) {
        return attempts.takeBack(List.of(begun.pair())).compose(done -> attempts.takeBack(begun.others()));
    }

    public Future<Void> removeOld() {
        return attempts.deleteOld(clock.instant().minus(WINDOW));
    }

    /** A digest: people type passwords into the field for the name. */
    private static String subject(String kind, String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((kind + "\n" + String.join("\n", parts)).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
