package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.Principal;
import io.millrace.commands.access.Tokens;
import io.millrace.commands.store.Database;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a request: headers, body, who it is, what he may, the operation, the answer. Whatever goes wrong on it ends as one
 * problem+json. On event loops.
 */
public final class Api {
    public static final String ROOT = "/api/v1";
    private static final Logger log = LoggerFactory.getLogger(Api.class);
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store");

    private final List<Operation> operations;
    private final Tokens tokens;
    private final ApiKeys apiKeys;
    private final Supplier<Optional<String>> notReady;
    private final int maxBody;
    private final CommandServiceMetrics metrics;

    /** @param notReady why nothing can be answered yet; empty once it can */
    public Api(
            List<List<Operation>> operations,
            Tokens tokens,
            ApiKeys apiKeys,
            Supplier<Optional<String>> notReady,
            int maxBody,
            CommandServiceMetrics metrics) {
        this.operations = operations.stream().flatMap(List::stream).toList();
        this.tokens = tokens;
        this.apiKeys = apiKeys;
        this.notReady = notReady;
        this.maxBody = maxBody;
        this.metrics = metrics;
    }

    List<Operation> operations() {
        return operations;
    }

    public Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.route().handler(Api::secure);
        BodyHandler wholeBody = BodyHandler.create(false).setBodyLimit(maxBody);
        Buffer document = Buffer.buffer(openApi());
        router.get(ROOT + "/openapi.yaml")
                .handler(context -> finish(
                        context,
                        context.response()
                                .putHeader("Content-Type", "application/yaml")
                                .end(document)));
        for (Operation operation : operations) {
            router.route(operation.method(), ROOT + operation.route())
                    .handler(operation.upload() ? Api::hold : wholeBody)
                    .handler(context -> serve(context, operation));
        }
        allowedMethods().forEach((path, methods) -> router.route(ROOT + path).handler(context -> {
            context.response().putHeader("Allow", methods);
            send(
                    context,
                    "none",
                    System.nanoTime(),
                    Problem.of(405, "method-not-allowed", context.request().method() + " (expected " + methods + ")"));
        }));
        router.route().handler(context -> send(context, "none", System.nanoTime(), unknownPath(context)));
        router.route().failureHandler(this::failed);
        return router;
    }

    private Map<String, String> allowedMethods() {
        return operations.stream()
                .collect(Collectors.groupingBy(
                        Operation::route,
                        // A path with a name in this place stands before one with a parameter.
                        () -> new TreeMap<>(Comparator.reverseOrder()),
                        Collectors.mapping(operation -> operation.method().name(), Collectors.joining(", "))));
    }

    private static byte[] openApi() {
        try (InputStream in = Api.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void secure(RoutingContext context) {
        SECURITY_HEADERS.forEach(context.response()::putHeader);
        context.next();
    }

    /** Nothing of the body is read before it is known who sends it. */
    private static void hold(RoutingContext context) {
        context.request().pause();
        context.next();
    }

    private static Problem unknownPath(RoutingContext context) {
        return Problem.of(404, "unknown-path", context.request().path() + " (see " + ROOT + "/openapi.yaml)");
    }

    private void serve(RoutingContext context, Operation operation) {
        long began = System.nanoTime();
        Optional<String> reason = notReady.get();
        if (reason.isPresent()) {
            send(context, operation.id(), began, away(reason.get()));
            return;
        }
        authenticate(context, operation)
                .compose(principal -> operation.handler().handle(new Call(context, principal.orElse(null))))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        send(context, operation.id(), began, result.result());
                    } else {
                        send(context, operation.id(), began, problem(result.cause(), operation.id()));
                    }
                });
    }

    private Future<Optional<Principal>> authenticate(RoutingContext context, Operation operation) {
        if (operation.needed().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        Role needed = operation.needed().get();
        String header = context.request().getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return Future.failedFuture(Problem.of(
                    401, "unauthenticated", "Authorization: missing (expected Bearer with a token or an API key)"));
        }
        return principal(header.substring("bearer ".length()).trim()).map(principal -> {
            if (!principal.may(needed)) {
                throw Problem.of(
                        403,
                        "forbidden",
                        "role " + principal.role().text() + " (expected " + needed.text() + " for " + operation.id()
                                + ")");
            }
            return Optional.of(principal);
        });
    }

    private Future<Principal> principal(String bearer) {
        Problem wrong = Problem.of(401, "unauthenticated", "the token or API key is unknown, expired or revoked");
        if (ApiKeys.looksLikeOne(bearer)) {
            return apiKeys.verify(bearer).map(found -> found.orElseThrow(() -> wrong));
        }
        return tokens.verify(bearer).recover(failure -> Future.failedFuture(wrong));
    }

    /** What went wrong inside, as the outside may know it. */
    private static Problem problem(Throwable failure, String operation) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (!Database.isFaultOfOurs(failure)) {
            log.atWarn()
                    .addKeyValue("operation", operation)
                    .addKeyValue("reason", failure.toString())
                    .log("database away");
            return away("the database does not answer");
        }
        log.atError().setCause(failure).addKeyValue("operation", operation).log("request failed by a bug");
        return Problem.of(500, "internal", "this is our fault; the log says more");
    }

    private static Problem away(String reason) {
        return Problem.of(503, "unavailable", reason + ", try again in a few seconds");
    }

    /** What the router itself refused: too large a body, a path that cannot be decoded, an exception of a handler. */
    private void failed(RoutingContext context) {
        Throwable failure = context.failure();
        int status = failure instanceof HttpException e ? e.getStatusCode() : context.statusCode();
        Problem problem =
                switch (status) {
                    case 413 -> Upload.tooLarge(maxBody);
                    case 400 -> Problem.of(400, "bad-request", "the request cannot be understood");
                    default ->
                        failure == null
                                ? Problem.of(status, "refused", "refused with status " + status)
                                : problem(failure, "none");
                };
        send(context, "none", System.nanoTime(), problem);
    }

    private void send(RoutingContext context, String operation, long began, Answer answer) {
        HttpServerResponse response = context.response();
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        metrics.http(operation, answer.status(), Duration.ofNanos(System.nanoTime() - began));
        if (answer.content() instanceof Answer.Document document) {
            response.putHeader("Content-Type", "application/json");
            finish(context, response.end(Buffer.buffer(Json.write(document.json()))));
        } else if (answer.content() instanceof Answer.Streamed streamed) {
            stream(context, streamed);
        } else {
            finish(context, response.end());
        }
    }

    private static void stream(RoutingContext context, Answer.Streamed streamed) {
        HttpServerResponse response = context.response();
        response.setChunked(true).putHeader("Content-Type", streamed.type());
        Future.future(promise -> streamed.writer().write(response).onComplete(promise))
                .onComplete(written -> {
                    if (written.succeeded()) {
                        finish(context, response.end());
                        return;
                    }
                    if (!response.closed()) {
                        log.atWarn()
                                .addKeyValue("path", context.request().path())
                                .addKeyValue("reason", written.cause().toString())
                                .log("answer broken off");
                        finish(context, response.reset());
                    }
                });
    }

    private void send(RoutingContext context, String operation, long began, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (!context.request().isEnded()) {
            context.request().resume();
        }
        response.setStatusCode(problem.status()).putHeader("Content-Type", "application/problem+json");
        if (problem.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        } else if (problem.status() == 503) {
            response.putHeader("Retry-After", "5");
        }
        problem.retryAfter().ifPresent(wait -> response.putHeader("Retry-After", Long.toString(wait.toSeconds() + 1)));
        metrics.http(operation, problem.status(), Duration.ofNanos(System.nanoTime() - began));
        String body = problem.toJson().toString();
        finish(
                context,
                context.request().method() == HttpMethod.HEAD
                        ? response.end()
                        : response.end(Buffer.buffer(body.getBytes(UTF_8))));
    }

    /** The client may be gone by now, which is its own affair. */
    private static void finish(RoutingContext context, Future<Void> sent) {
        sent.onFailure(failure -> log.atDebug()
                .addKeyValue("path", context.request().path())
                .addKeyValue("reason", failure.toString())
                .log("answer not sent"));
    }
}
