package io.millrace.commands.api;

import io.millrace.commands.access.AuditLog.Origin;
import io.millrace.commands.access.ClientAddress;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * First of all: from which address a request comes, behind proxies that we trust, and under which id its answer and the audit log have it.
 * A client's own {@code X-Request-Id} is kept if it is a plain word.
 */
final class Arrival implements Handler<RoutingContext> {
    private static final String ORIGIN = Arrival.class.getName();
    private static final String REQUEST_ID = "X-Request-Id";

    private final ClientAddress addresses;

    Arrival(ClientAddress addresses) {
        this.addresses = addresses;
    }

    @Override
    public void handle(RoutingContext context) {
        String id = Optional.ofNullable(context.request().getHeader(REQUEST_ID))
                .filter(given -> given.matches("[A-Za-z0-9._-]{1,64}"))
                .orElseGet(SecretDigest::newSecret);
        context.response().putHeader(REQUEST_ID, id);
        String peer = String.valueOf(context.request().remoteAddress().hostAddress());
        Optional<String> forwarded = context.request().headers().contains("X-Forwarded-For")
                ? Optional.of(String.join(",", context.request().headers().getAll("X-Forwarded-For")))
                : Optional.empty();
        context.put(ORIGIN, new Origin(id, addresses.of(peer, forwarded)));
        context.next();
    }

    static Origin of(RoutingContext context) {
        Origin origin = context.get(ORIGIN);
        if (origin == null) {
            throw new IllegalStateException("a request that has not arrived");
        }
        return origin;
    }
}
