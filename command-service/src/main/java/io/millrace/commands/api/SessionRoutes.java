package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.Logins;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code /session}: logins of browsers. As {@link LoginRoutes}, but the refresh token is in a cookie that no script can read, that is sent to
 * these three calls only, and only by pages of this service.
 */
public final class SessionRoutes {
    private static final String COOKIE = "millrace-session";
    private static final String PATH = Api.ROOT + "/session";
    /** What a browser says of who makes it ask: itself, or a page of this very origin. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final LoginRoutes logins;
    private final Duration idle;
    private final boolean tls;

    /**
     * @param idle after which an unused login is over, and so the cookie
     * @param tls whether browsers come by TLS
     */
    public SessionRoutes(LoginRoutes logins, Duration idle, boolean tls) {
        this.logins = logins;
        this.idle = idle;
        this.tls = tls;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("openSession", this::open),
                new Operation("refreshSession", this::refresh),
                new Operation("endSession", this::end));
    }

    private Future<Answer> open(Call call) {
        refuseStrangers(call);
        return logins.open(call).map(pair -> answer(call, pair));
    }

    /** Without a cookie there is nothing to tell: that is where every visitor begins, and no mistake. */
    private Future<Answer> refresh(Call call) {
        refuseStrangers(call);
        return call.cookie(COOKIE)
                .map(token -> logins.refresh(call, token)
                        .map(pair -> answer(call, pair))
                        .recover(failure -> failure instanceof Problem problem && problem.status() == 401
                                ? Future.succeededFuture(gone(call))
                                : Future.failedFuture(failure)))
                .orElse(Future.succeededFuture(Answer.nothing()));
    }

    private Future<Answer> end(Call call) {
        refuseStrangers(call);
        return call.cookie(COOKIE)
                .map(token -> logins.end(call, token))
                .orElse(Future.succeededFuture())
                .map(done -> gone(call));
    }

    /** SameSite leaves out other sites; this, pages of another port or name of the same one. Programs do not send the header. */
    private static void refuseStrangers(Call call) {
        if (!call.header("Sec-Fetch-Site").map(OWN::contains).orElse(true)) {
            throw Problem.of(403, "other-origin", "sessions are for the console's own pages (use /login)");
        }
    }

    private Answer answer(Call call, Logins.Pair pair) {
        ObjectNode json = LoginRoutes.json(pair);
        json.remove("refreshToken");
        return new Answer(
                200, new Answer.Document(json), Map.of("Set-Cookie", cookie(call, pair.refreshToken(), idle)));
    }

    private Answer gone(Call call) {
        return new Answer(204, new Answer.Nothing(), Map.of("Set-Cookie", cookie(call, "", Duration.ZERO)));
    }

    private String cookie(Call call, String value, Duration lasts) {
        return Cookie.cookie(COOKIE, value)
                .setPath(PATH)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(tls
                        || call.header("X-Forwarded-Proto")
                                .filter("https"::equals)
                                .isPresent())
                .setMaxAge(lasts.toSeconds())
                .encode();
    }
}
