package io.millrace.commands.api;

import io.millrace.commands.access.Bearers;
import io.millrace.commands.access.Bearers.TooManyStrangers;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.IssuerAway;
import io.millrace.commands.access.Principal;
import io.millrace.commands.access.SlowWork;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who makes a request, by its {@code Authorization} header, and whether that role may. */
final class Authentication {
    private static final String BEARER = "bearer ";

    private final Bearers bearers;

    Authentication(Bearers bearers) {
        this.bearers = bearers;
    }

    /**
     * Fails with a {@link Problem} of 401 for nobody that is known.
     *
     * @param authorization the header
     * @param address of the client
     */
    Future<Principal> identify(@Nullable String authorization, String address) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Future.failedFuture(Problem.of(
                    401, "unauthenticated", "Authorization: missing (expected Bearer with a token or an API key)"));
        }
        return bearers.verify(authorization.substring(BEARER.length()).trim(), ClientAddress.network(address))
                .recover(failure -> Future.failedFuture(problem(failure)))
                .map(found -> found.orElseThrow(() ->
                        Problem.of(401, "unauthenticated", "the token or API key is unknown, expired or revoked")));
    }

    private static Throwable problem(Throwable failure) {
        if (failure instanceof TooManyStrangers strangers) {
            return Problem.tooManyRequests(strangers.getMessage() + ", try again in a second", strangers.mustWait());
        }
        return failure instanceof IssuerAway || failure instanceof SlowWork.Busy
                ? Replies.unavailable(String.valueOf(failure.getMessage()))
                : failure;
    }

    /** A {@link Problem} of 403 for too low a role. */
    static Optional<Problem> refusal(Principal principal, Endpoint endpoint) {
        Optional<Role> needed = endpoint.needed();
        return needed.isEmpty() || principal.may(needed.get())
                ? Optional.empty()
                : Optional.of(Problem.of(
                        403,
                        "forbidden",
                        "role " + principal.role().text() + " (expected "
                                + needed.get().text() + " for " + endpoint.id() + ")"));
    }
}
