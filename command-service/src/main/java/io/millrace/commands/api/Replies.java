package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.store.Database;
import io.millrace.schemas.Json;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers and problems, and counts them by operation and status. On event loops. */
final class Replies {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);
    private static final String OPERATION = "millrace.operation";
    private static final String BEGAN = "millrace.began";

    private final CommandServiceMetrics metrics;
    private final int maxBody;

    /** @param maxBody bytes of a request, for the problem that names them */
    Replies(CommandServiceMetrics metrics, int maxBody) {
        this.metrics = metrics;
        this.maxBody = maxBody;
    }

    /** From now on it is counted under this id. */
    static void begin(RoutingContext context, String operation) {
        context.put(OPERATION, operation);
        context.put(BEGAN, System.nanoTime());
    }

    void send(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        count(context, answer.status());
        if (answer.content() instanceof Answer.Document document) {
            response.putHeader("Content-Type", "application/json");
            finish(context, response.end(Buffer.buffer(Json.write(document.json()))));
        } else if (answer.content() instanceof Answer.Streamed streamed) {
            stream(context, streamed);
        } else {
            finish(context, response.end());
        }
    }

    private void stream(RoutingContext context, Answer.Streamed streamed) {
        HttpServerResponse response = context.response();
        response.setChunked(true).putHeader("Content-Type", streamed.type());
        Future.future(promise -> streamed.writer().write(response).onComplete(promise))
                .onComplete(written -> {
                    if (written.succeeded()) {
                        finish(context, response.end());
                        return;
                    }
                    if (!response.headWritten() && written.cause() instanceof Problem problem) {
                        response.setChunked(false);
                        send(context, problem);
                    } else if (!response.closed()) {
                        log.atWarn()
                                .addKeyValue("path", context.request().path())
                                .addKeyValue("reason", written.cause().toString())
                                .log("answer broken off");
                        finish(context, response.reset());
                    }
                });
    }

    void send(RoutingContext context, Problem problem) {
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
        count(context, problem.status());
        String body = problem.toJson().toString();
        finish(
                context,
                context.request().method() == HttpMethod.HEAD
                        ? response.end()
                        : response.end(Buffer.buffer(body.getBytes(UTF_8))));
    }

    /** Before there is a context: what is no request as HTTP has it, or too much of one. */
    static Future<Void> refuse(HttpServerRequest request, @Nullable Throwable why) {
        Problem problem = why instanceof TooLongHttpLineException
                ? Problem.of(414, "uri-too-long", "the first line of the request is too long (expected at most 4 KiB)")
                : why instanceof TooLongHttpHeaderException
                        ? Problem.of(431, "headers-too-large", "the headers are too long (expected at most 8 KiB)")
                        : Problem.of(400, "bad-request", "the request cannot be understood");
        HttpServerResponse response = request.response();
        Api.secure(response);
        return response.setStatusCode(problem.status())
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Connection", "close")
                .end(Buffer.buffer(problem.toJson().toString().getBytes(UTF_8)));
    }

    /** Whatever went wrong on the way: a problem, too large a body, a path that cannot be decoded, an exception of a handler. */
    void failed(RoutingContext context) {
        Throwable failure = context.failure();
        int status = failure instanceof HttpException e ? e.getStatusCode() : context.statusCode();
        Problem problem =
                switch (status) {
                    case 413 -> Upload.tooLarge(maxBody);
                    case 400 -> Problem.of(400, "bad-request", "the request cannot be understood");
                    default ->
                        failure == null
                                ? Problem.of(status, "refused", "refused with status " + status)
                                : problem(failure, operation(context));
                };
        send(context, problem);
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
            return unavailable("the database does not answer");
        }
        log.atError().setCause(failure).addKeyValue("operation", operation).log("request failed by a bug");
        return Problem.of(500, "internal", "this is our fault; the log says more");
    }

    static Problem unavailable(String reason) {
        return Problem.of(503, "unavailable", reason + ", try again in a few seconds");
    }

    private void count(RoutingContext context, int status) {
        Long began = context.get(BEGAN);
        Duration took = began == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
        metrics.http(operation(context), status, took);
    }

    static String operation(RoutingContext context) {
        String operation = context.get(OPERATION);
        return operation == null ? "none" : operation;
    }

    /** The client may be gone by now, which is its own affair. */
    static void finish(RoutingContext context, Future<Void> sent) {
        sent.onFailure(failure -> log.atDebug()
                .addKeyValue("path", context.request().path())
                .addKeyValue("reason", failure.toString())
                .log("answer not sent"));
    }
}
