package io.millrace.commands.webhook;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Posts to addresses that somebody else has chosen: to none that may not be reached (the address is resolved once, judged, and that very one
 * is connected to), without following redirects, within {@link #LONGEST}, with TLS verified, and reading no more of the answer than it must.
 */
final class WebhookClient {
    static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int CONNECTIONS = 64;
    private static final int RESOLVERS = 4;
    private static final int MOST_READ = 64 << 10;
    private static final int MAX_HEADERS = 16 << 10;

    private final HttpClient client;
    private final WorkerExecutor names;
    private final Reach reach;

    WebhookClient(Vertx vertx, Reach reach) {
        this.reach = reach;
        names = vertx.createSharedWorkerExecutor("webhook-names", RESOLVERS, LONGEST.toSeconds(), TimeUnit.SECONDS);
        client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** The head of an answer. */
    record Reply(int status, Optional<Duration> retryAfter) {}

    /** Fails if there is no answer in time. */
    Future<Reply> post(WebhookUrl url, Map<String, String> headers, byte[] body) {
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        Promise<Reply> reply = Promise.promise();
        resolve(url.host())
                .compose(address -> client.request(options(url, address)))
                .compose(request -> {
                    sent.set(request);
                    headers.forEach(request::putHeader);
                    return request.send(Buffer.buffer(body));
                })
                .onSuccess(response -> read(response, reply))
                .onFailure(reply::tryFail);
        return reply.future().timeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS).onFailure(failure -> {
            HttpClientRequest request = sent.get();
            if (failure instanceof TimeoutException && request != null) {
                var unused = request.reset();
            }
        });
    }

    private RequestOptions options(WebhookUrl url, InetAddress address) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, url.port())))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setURI(url.pathAndQuery())
                .setFollowRedirects(false);
    }

    private Future<InetAddress> resolve(String host) {
        return names.executeBlocking(
                () -> {
                    InetAddress[] all;
                    try {
                        all = InetAddress.getAllByName(host);
                    } catch (UnknownHostException e) {
                        throw new IllegalArgumentException("nobody knows the name " + host, e);
                    }
                    return Arrays.stream(all)
                            .filter(reach::allows)
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException(host + " is " + all[0].getHostAddress()
                                    + ", where webhooks may not go (webhooks.reach: " + reach.text() + ")"));
                },
                false);
    }

    /** The head is the answer; the rest is let go by, so that the connection can be used again, unless it is long. */
    private static void read(HttpClientResponse response, Promise<Reply> reply) {
        int[] seen = {0};
        response.handler(part -> {
            seen[0] += part.length();
            if (seen[0] > MOST_READ) {
                var unused = response.request().reset();
            }
        });
        response.exceptionHandler(failure -> response.handler(null));
        reply.tryComplete(new Reply(response.statusCode(), retryAfter(response)));
    }

    private static Optional<Duration> retryAfter(HttpClientResponse response) {
        return Optional.ofNullable(response.getHeader("Retry-After"))
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    Future<Void> close() {
        return client.close().eventually(names::close);
    }
}
