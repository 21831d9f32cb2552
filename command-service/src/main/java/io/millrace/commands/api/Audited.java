package io.millrace.commands.api;

import io.millrace.commands.access.AuditLog;
import io.millrace.commands.access.Principal;
import io.millrace.commands.store.AuditStore.Entry;
import io.millrace.commands.store.Database;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Stands around every operation that changes something: an entry in the audit log before it, the outcome after it; and one for who may not.
 * Operations for everybody, such as the login, enter themselves.
 */
final class Audited {
    /** Those that are not GET and change nothing. */
    static final Set<String> QUESTIONS = Set.of("checkRules", "tryRules");
    /** Those whose success is on record anyway, with who wanted it. */
    static final Set<String> RECORDED = Set.of("sendCommand");

    private static final int LONGEST_TARGET = 600;

    private final AuditLog log;

    Audited(AuditLog log) {
        this.log = log;
    }

    private static boolean isChange(Endpoint endpoint) {
        return endpoint.needed().isPresent()
                && endpoint.method() != HttpMethod.GET
                && !QUESTIONS.contains(endpoint.id());
    }

    /** Who asks may; the change is made once its entry is written. */
    Future<Answer> around(
            RoutingContext context, Endpoint endpoint, Optional<Principal> who, Supplier<Future<Answer>> change) {
        if (!isChange(endpoint) || RECORDED.contains(endpoint.id())) {
            return change.get();
        }
        return log.begin(entry(context, endpoint, who)).compose(n -> Future.succeededFuture()
                .compose(begun -> change.get())
                .transform(result -> log.finish(
                                n,
                                result.succeeded() ? result.result().status() : status(result.cause()),
                                result.succeeded() ? created(result.result()) : Optional.empty())
                        .compose(finished -> result.succeeded()
                                ? Future.succeededFuture(result.result())
                                : Future.failedFuture(result.cause()))));
    }

    /** Nobody knows who asks, or he may not. Never fails. */
    Future<Void> refused(RoutingContext context, Endpoint endpoint, Optional<Principal> who, Throwable why) {
        int status = status(why);
        return isChange(endpoint) && (status == 401 || status == 403)
                ? log.refused(entry(context, endpoint, who), status)
                : Future.succeededFuture();
    }

    private Entry entry(RoutingContext context, Endpoint endpoint, Optional<Principal> who) {
        return log.entry(who, Arrival.of(context), endpoint.id(), target(context.normalizedPath()));
    }

    private static int status(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem.status();
        }
        return Database.isFaultOfOurs(failure) ? 500 : 503;
    }

    private static Optional<String> created(Answer answer) {
        return Optional.ofNullable(answer.headers().get("Location")).map(Audited::target);
    }

    private static String target(String path) {
        String below = path.startsWith(Api.ROOT + "/") ? path.substring(Api.ROOT.length() + 1) : path;
        return below.length() <= LONGEST_TARGET ? below : below.substring(0, LONGEST_TARGET);
    }
}
