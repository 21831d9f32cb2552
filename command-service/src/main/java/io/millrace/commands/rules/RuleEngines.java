package io.millrace.commands.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * Asks every rule engine at its ops port. One name may stand for several of them (a headless service): all its addresses are
 * asked. Event loops; bounded to 2 s and 8 MiB each.
 */
public final class RuleEngines {

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BODY = 8 << 20;

    private final Vertx vertx;
    private final List<URI> engines;
    private final Optional<String> token;
    private final HttpClient client;

    /**
     * What one address has answered.
     *
     * @param problem why there is no status
     */
    public record Answer(String address, Optional<RuleEngineStatus> status, Optional<String> problem) {}

    /** What one address says: a page as JSON, or a problem with its code. */
    public record Said(String address, int status, String code, String detail, Buffer page) {}

    private interface Parser<A> {
        A parse(String address, HttpClientResponse response, Buffer body);
    }

    /**
     * @param engines {@code http://host:port} each
     * @param token the engines' {@code ops.token}
     */
    public RuleEngines(Vertx vertx, List<URI> engines, Optional<String> token) {
        this.vertx = vertx;
        this.token = token;
        this.engines = List.copyOf(engines);
        client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(TIMEOUT_MILLIS));
    }

    /** Never fails: an engine that does not answer is among the answers. */
    public Future<List<Answer>> ask() {
        return askAll("/rules", RuleEngines::status, RuleEngines::failed);
    }

    /**
     * What they know of a device; only one of them has it. Never fails.
     *
     * @param rule group/name; empty = where all rules stand
     */
    public Future<List<Said>> explain(DeviceId device, Optional<String> rule) {
        String path = "/explain?device=" + URLEncoder.encode(device.value(), UTF_8)
                + rule.map(name -> "&rule=" + URLEncoder.encode(name, UTF_8)).orElse("");
        return askAll(path, RuleEngines::said, RuleEngines::unreachable);
    }

    /** The rule files as each of them has them. Never fails. */
    public Future<List<Said>> files() {
        return askAll("/rules/files", RuleEngines::said, RuleEngines::unreachable);
    }

    /**
     * Has one of them do something that may take it a while. Never fails.
     *
     * @param address as it has answered before
     */
    public Future<Said> send(String address, String path, Buffer body, Duration atMost) {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(port, address.substring(0, colon)))
                .setHost(address.substring(0, colon))
                .setPort(port)
                .setURI(path)
                .setTimeout(atMost.toMillis());
        token.ifPresent(shown -> request.addHeader("Authorization", "Bearer " + shown));
        return client.request(request)
                .compose(asked -> asked.send(body))
                .compose(response -> body(response).map(answer -> said(address, response, answer)))
                .timeout(
                        atMost.toMillis(),
                        TimeUnit.MILLISECONDS) // Vert.x can lose the end of an answer (docs/decisions.md)
                .otherwise(failure -> unreachable(address, failure));
    }

    private <A> Future<List<A>> askAll(String path, Parser<A> parser, BiFunction<String, Throwable, A> failed) {
        List<Future<List<A>>> all = engines.stream()
                .map(engine -> ask(engine, path, parser, failed))
                .toList();
        return Future.join(all)
                .transform(done -> Future.succeededFuture(
                        all.stream().flatMap(one -> one.result().stream()).toList()));
    }

    private <A> Future<List<A>> ask(
            URI engine, String path, Parser<A> parser, BiFunction<String, Throwable, A> failed) {
        return vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(engine.getHost())), false)
                .compose(addresses -> {
                    List<Future<A>> answers = new ArrayList<>();
                    for (InetAddress address : addresses) {
                        answers.add(ask(engine, address, path, parser, failed));
                    }
                    return Future.join(answers)
                            .map(done -> answers.stream().map(Future::result).toList());
                })
                .otherwise(failure -> List.of(failed.apply(engine.toString(), failure)));
    }

    private <A> Future<A> ask(
            URI engine, InetAddress address, String path, Parser<A> parser, BiFunction<String, Throwable, A> failed) {
        String name = address.getHostAddress() + ":" + engine.getPort();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(engine.getPort(), address.getHostAddress()))
                .setHost(engine.getHost())
                .setPort(engine.getPort())
                .setURI(path)
                .setTimeout(TIMEOUT_MILLIS);
        token.ifPresent(shown -> request.addHeader("Authorization", "Bearer " + shown));
        return client.request(request)
                .compose(asked -> asked.send()
                        .compose(response -> body(response).map(body -> parser.parse(name, response, body))))
                .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .otherwise(failure -> failed.apply(name, failure));
    }

    private static Answer status(String address, HttpClientResponse response, Buffer body) {
        if (response.statusCode() != 200) {
            return new Answer(address, Optional.empty(), Optional.of("answers " + response.statusCode()));
        }
        RuleEngineStatus status = Json.read(body.getBytes(), RuleEngineStatus.class);
        return new Answer(address, Optional.of(status), Optional.empty());
    }

    private static Said said(String address, HttpClientResponse response, Buffer body) {
        int status = response.statusCode();
        JsonNode page = status == 200 ? Json.mapper().nullNode() : problem(body);
        String code = page.path("code").asText("answers-" + status);
        return new Said(address, status, code, page.path("detail").asText("answers " + status), body);
    }

    private static JsonNode problem(Buffer body) {
        try {
            return Json.read(body.getBytes(), JsonNode.class);
        } catch (IllegalArgumentException other) {
            return Json.mapper().nullNode();
        }
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        String length = response.getHeader("Content-Length");
        if (length == null || length.length() > 9 || Integer.parseInt(length) > MAX_BODY) {
            if (response.statusCode() != 200) {
                return Future.succeededFuture(Buffer.buffer());
            }
            return Future.failedFuture("answers more than " + MAX_BODY + " bytes, or does not say how many");
        }
        return response.body();
    }

    private static Said unreachable(String address, Throwable failure) {
        return new Said(address, 0, "unreachable", reason(failure), Buffer.buffer());
    }

    private static Answer failed(String address, Throwable failure) {
        return new Answer(address, Optional.empty(), Optional.of(reason(failure)));
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
