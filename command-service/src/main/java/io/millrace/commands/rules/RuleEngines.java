package io.millrace.commands.rules;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks every rule engine at its ops port. One name may stand for several of them (a headless service): all its addresses are
 * asked. Event loops; bounded to 2 s and 8 MiB each.
 */
public final class RuleEngines {

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BODY = 8 << 20;

    private final Vertx vertx;
    private final List<URI> engines;
    private final HttpClient client;

    /**
     * What one address has answered.
     *
     * @param problem why there is no status
     */
    public record Answer(String address, Optional<RuleEngineStatus> status, Optional<String> problem) {}

    /** @param engines {@code http://host:port} each */
    public RuleEngines(Vertx vertx, List<URI> engines) {
        this.vertx = vertx;
        this.engines = List.copyOf(engines);
        client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(TIMEOUT_MILLIS));
    }

    /** Never fails: an engine that does not answer is among the answers. */
    public Future<List<Answer>> ask() {
        List<Future<List<Answer>>> all = engines.stream().map(this::ask).toList();
        return Future.join(all)
                .transform(done -> Future.succeededFuture(
                        all.stream().flatMap(one -> one.result().stream()).toList()));
    }

    private Future<List<Answer>> ask(URI engine) {
        return vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(engine.getHost())), false)
                .compose(addresses -> {
                    List<Future<Answer>> answers = new ArrayList<>();
                    for (InetAddress address : addresses) {
                        answers.add(ask(engine, address));
                    }
                    return Future.join(answers)
                            .map(done -> answers.stream().map(Future::result).toList());
                })
                .otherwise(failure -> List.of(failed(engine.toString(), failure)));
    }

    private Future<Answer> ask(URI engine, InetAddress address) {
        String name = address.getHostAddress() + ":" + engine.getPort();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(engine.getPort(), address.getHostAddress()))
                .setHost(engine.getHost())
                .setPort(engine.getPort())
                .setURI("/rules")
                .setTimeout(TIMEOUT_MILLIS);
        return client.request(request)
                .compose(asked -> asked.send().compose(RuleEngines::body))
                .map(body -> new Answer(
                        name,
                        Optional.of(Json.read(body.getBytes(), RuleEngineStatus.class)),
                        Optional.<String>empty()))
                .otherwise(failure -> failed(name, failure));
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("answers " + response.statusCode());
        }
        String length = response.getHeader("Content-Length");
        if (length == null || length.length() > 9 || Integer.parseInt(length) > MAX_BODY) {
            return Future.failedFuture("answers more than " + MAX_BODY + " bytes, or does not say how many");
        }
        return response.body();
    }

    private static Answer failed(String address, Throwable failure) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new Answer(address, Optional.empty(), Optional.of(reason));
    }
}
