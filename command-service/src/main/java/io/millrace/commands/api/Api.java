package io.millrace.commands.api;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.access.AuditLog;
import io.millrace.commands.access.Bearers;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.Principal;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The way of a request: headers, body, who it is and what he may, what the document says of it, the operation, the answer. The routes are
 * those of the document ({@link Contract}). Whatever goes wrong ends as one problem+json. On event loops.
 */
public final class Api {
    public static final String ROOT = "/api/v1";
    private static final String PRINCIPAL = "millrace.principal";
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store");

    private final List<Operation> operations;
    private final Arrival arrival;
    private final Authentication authentication;
    private final Audited audited;
    private final Supplier<Optional<String>> notReady;
    private final BodyHandler wholeBody;
    private final Patience patience;
    private final Handler<RoutingContext> console;
    private final Replies replies;

    /**
     * @param notReady why nothing can be answered yet; empty once it can
     * @param answerTimeout how long a request that is read waits for its answer
     * @param console what is asked for paths that are none of the API
     */
    public Api(
            List<List<Operation>> operations,
            Bearers bearers,
            ClientAddress addresses,
            AuditLog audit,
            Supplier<Optional<String>> notReady,
            int maxBody,
            Duration answerTimeout,
            Handler<RoutingContext> console,
            CommandServiceMetrics metrics) {
        this.operations = operations.stream().flatMap(List::stream).toList();
        this.arrival = new Arrival(addresses);
        this.authentication = new Authentication(bearers);
        this.audited = new Audited(audit);
        this.notReady = notReady;
        this.wholeBody = BodyHandler.create(false).setBodyLimit(maxBody);
        this.patience = new Patience(answerTimeout);
        this.console = console;
        this.replies = new Replies(metrics, maxBody);
    }

    /** Fails if the document and the operations do not fit each other. */
    public Future<Router> router(Vertx vertx) {
        return Contract.load(vertx).map(contract -> router(vertx, contract));
    }

    private Router router(Vertx vertx, Contract contract) {
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            secure(context.response());
            context.next();
        });
        router.route().handler(arrival);
        router.get(ROOT + "/openapi.yaml")
                .handler(context -> Replies.finish(
                        context,
                        context.response()
                                .putHeader("Content-Type", "application/yaml")
                                .end(contract.text())));
        router.route(ROOT + "/*").subRouter(documented(vertx, contract));
        for (Path path : contract.openApi().getPaths()) {
            String methods = allowed(path);
            router.route(ROOT + path.getName().replaceAll("\\{(\\w+)}", ":$1"))
                    .handler(context -> otherMethod(context, methods));
        }
        router.route().handler(console);
        router.route().handler(context -> replies.send(context, unknownPath(context)));
        router.route().failureHandler(replies::failed);
        return router;
    }

    private static String allowed(Path path) {
        Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
        path.getOperations()
                .forEach(operation -> methods.add(operation.getHttpMethod().name()));
        return String.join(", ", methods);
    }

    private void otherMethod(RoutingContext context, String allowed) {
        context.response().putHeader("Allow", allowed);
        if (context.request().method() == HttpMethod.OPTIONS) {
            replies.send(context, Answer.nothing());
            return;
        }
        replies.send(
                context,
                Problem.of(405, "method-not-allowed", context.request().method() + " (expected " + allowed + ")"));
    }

    private Router documented(Vertx vertx, Contract contract) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract.openApi());
        for (Endpoint endpoint : contract.endpoints(operations)) {
            builder.getRoute(endpoint.id())
                    .setDoSecurity(false)
                    .setDoValidation(false)
                    .addHandler(context -> begin(context, endpoint))
                    .addHandler(endpoint.operation().upload() ? Api::hold : wholeBody::handle)
                    .addHandler(endpoint.operation().upload() ? RoutingContext::next : patience)
                    .addHandler(context -> authenticate(context, endpoint))
                    .addHandler(new BodyCheck(endpoint))
                    .addHandler(new RequestCheck(vertx, contract, endpoint))
                    .addHandler(context -> serve(context, endpoint));
        }
        return builder.createRouter();
    }

    static void secure(HttpServerResponse response) {
        SECURITY_HEADERS.forEach(response::putHeader);
    }

    private static Problem unknownPath(RoutingContext context) {
        return Problem.of(404, "unknown-path", context.request().path() + " (see " + ROOT + "/openapi.yaml)");
    }

    private void begin(RoutingContext context, Endpoint endpoint) {
        Replies.begin(context, endpoint.id());
        Optional<String> reason = notReady.get();
        if (reason.isPresent()) {
            context.fail(Replies.unavailable(reason.get()));
        } else {
            context.next();
        }
    }

    /** Nothing of the body is read before it is known who sends it. */
    private static void hold(RoutingContext context) {
        context.request().pause();
        context.next();
    }

    private void authenticate(RoutingContext context, Endpoint endpoint) {
        if (endpoint.needed().isEmpty()) {
            context.next();
            return;
        }
        authentication
                .identify(
                        context.request().getHeader("Authorization"),
                        Arrival.of(context).address())
                .recover(failure -> refuse(context, endpoint, Optional.empty(), failure))
                .compose(principal -> Authentication.refusal(principal, endpoint)
                        .map(problem -> this.<Principal>refuse(context, endpoint, Optional.of(principal), problem))
                        .orElse(Future.succeededFuture(principal)))
                .onSuccess(principal -> {
                    context.put(PRINCIPAL, principal);
                    if (!context.response().ended()) {
                        context.next();
                    }
                })
                .onFailure(context::fail);
    }

    private <T> Future<T> refuse(RoutingContext context, Endpoint endpoint, Optional<Principal> who, Throwable why) {
        return audited.refused(context, endpoint, who, why).compose(entered -> Future.failedFuture(why));
    }

    private void serve(RoutingContext context, Endpoint endpoint) {
        Principal principal = context.get(PRINCIPAL);
        audited.around(context, endpoint, Optional.ofNullable(principal), () -> endpoint.operation()
                        .handler()
                        .handle(new Call(context, principal)))
                .onSuccess(answer -> replies.send(context, answer))
                .onFailure(context::fail);
    }
}
