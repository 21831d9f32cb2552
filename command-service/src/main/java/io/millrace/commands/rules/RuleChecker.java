package io.millrace.commands.rules;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Has rule files checked by a rule engine, at its ops port: the first of them that answers. Event loops; bounded to 8 s each. */
public final class RuleChecker {

    private static final int TIMEOUT_MILLIS = 8_000;

    private final List<URI> engines;
    private final Optional<String> token;
    private final HttpClient client;

    /** What it said: a report, or a problem. */
    public record Reply(int status, Buffer body) {}

    /**
     * @param engines {@code http://host:port} each
     * @param token the engines' {@code ops.token}
     */
    public RuleChecker(Vertx vertx, List<URI> engines, Optional<String> token) {
        this.engines = List.copyOf(engines);
        this.token = token;
        client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(2_000));
    }

    /** @param files a JSON object of names and texts. Fails if none answers; the message says why. */
    public Future<Reply> check(Buffer files) {
        Future<Reply> asked = Future.failedFuture("there are none");
        for (URI engine : engines) {
            asked = asked.recover(before -> ask(engine, files));
        }
        return asked;
    }

    private Future<Reply> ask(URI engine, Buffer files) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(engine.getHost())
                .setPort(engine.getPort())
                .setURI("/rules/check")
                .setTimeout(TIMEOUT_MILLIS);
        token.ifPresent(shown -> request.addHeader("Authorization", "Bearer " + shown));
        return client.request(request)
                .compose(call -> call.send(files))
                .compose(response -> response.body().map(body -> new Reply(response.statusCode(), body)))
                .timeout(
                        TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS) // Vert.x can lose the end of an answer (docs/decisions.md)
                .compose(reply -> reply.status() == 401 || reply.status() == 403 || reply.status() == 404
                        ? Future.failedFuture(engine + " answers " + reply.status() + " (see rules.engines-token)")
                        : Future.succeededFuture(reply))
                .recover(failure -> Future.failedFuture(engine + ": " + failure.getMessage()));
    }
}
