package io.millrace.commands.webhook;

import io.millrace.runtime.tls.Authorities;
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
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Posts to addresses that somebody else has chosen: to none that may not be reached (the address is resolved once, judged, and that very one
 * is connected to), without following redirects, with TLS verified, within {@link #LONGEST}, and reading no more of the answer than it must:
 * who goes on talking beyond that time, or {@link #MOST_READ}, is cut off.
 */
final class WebhookClient {
    static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int CONNECTIONS = 64;
    private static final int RESOLVERS = 4;
    private static final int MOST_READ = 64 << 10;
    private static final int MAX_HEADERS = 16 << 10;

    private final Vertx vertx;
    private final HttpClient client;
    private final WorkerExecutor names;
    private final Reach reach;

    /** @param authorities that are trusted beside Java's */
    WebhookClient(Vertx vertx, Reach reach, List<X509Certificate> authorities) {
        this.vertx = vertx;
        this.reach = reach;
        names = vertx.createSharedWorkerExecutor("webhook-names", RESOLVERS, LONGEST.toSeconds(), TimeUnit.SECONDS);
        client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setVerifyHost(true)
                        .setTrustOptions(
                                authorities.isEmpty() ? null : TrustOptions.wrap(Authorities.with(authorities))),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** The head of an answer. */
    record Reply(int status, Optional<Duration> retryAfter) {}

    /** Fails if there is no answer in time; then nothing more is sent, and what was is broken off. */
    Future<Reply> post(WebhookUrl url, Map<String, String> headers, byte[] body) {
        Attempt attempt = new Attempt();
        long timer = vertx.setTimer(LONGEST.toMillis(), late -> attempt.end(new TimeoutException("no answer in time")));
        resolve(url.host())
                .compose(address -> client.request(options(url, address)))
                .compose(request -> attempt.send(request, headers, body))
                .onSuccess(attempt::read)
                .onFailure(attempt::end);
        attempt.whole.future().onComplete(ended -> vertx.cancelTimer(timer));
        return attempt.reply.future();
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

    /** One request with its answer, of which the head is what counts. Its time is over for all of it at once. Any thread. */
    private static final class Attempt {
        final Promise<Reply> reply = Promise.promise();
        /** Completes with the last byte, or with the end of our patience. */
        final Promise<Void> whole = Promise.promise();

        private final AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        private int seen;

        Future<HttpClientResponse> send(HttpClientRequest request, Map<String, String> headers, byte[] body) {
            sent.set(request);
            if (whole.future().isComplete()) {
                var unused = request.reset();
                return Future.failedFuture("too late to send");
            }
            headers.forEach(request::putHeader);
            return request.send(Buffer.buffer(body));
        }

        /** The rest is let go by, so that the connection can be used again, unless it is long. */
        void read(HttpClientResponse response) {
            response.handler(part -> {
                seen += part.length();
                if (seen > MOST_READ) {
                    end(new IllegalStateException("a long answer"));
                }
            });
            response.exceptionHandler(whole::tryFail);
            response.endHandler(end -> whole.tryComplete());
            reply.tryComplete(new Reply(response.statusCode(), retryAfter(response)));
        }

        void end(Throwable why) {
            reply.tryFail(why);
            HttpClientRequest request = sent.get();
            if (whole.tryFail(why) && request != null) {
                var unused = request.reset();
            }
        }
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
