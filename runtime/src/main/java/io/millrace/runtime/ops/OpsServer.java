package io.millrace.runtime.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ops port: {@code /live}, {@code /ready} (200, or 503 with a line for each problem) and {@code /metrics} (Prometheus text).
 * The JDK's server on two threads of its own, so that it answers even when event loops are blocked.
 */
public final class OpsServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpsServer.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BEARER = "Bearer ";
    private static final List<String> READING = List.of("GET", "HEAD");
    private static final List<String> SENDING = List.of("POST");
    private static final List<String> READING_AND_SENDING = List.of("GET", "HEAD", "POST");

    /** Else two connections that never finish their request would hold both threads; read by the JDK's server once. */
    private static final String SECONDS_FOR_REQUEST = "5";

    private static final String SECONDS_FOR_ANSWER = "60";
    private static final String LOOKS_EVERY_MILLIS = "1000";

    static {
        System.setProperty("sun.net.httpserver.clockTick", LOOKS_EVERY_MILLIS);
        System.setProperty("sun.net.httpserver.maxReqTime", SECONDS_FOR_REQUEST);
        System.setProperty("sun.net.httpserver.maxRspTime", SECONDS_FOR_ANSWER);
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "ops");
        thread.setDaemon(true);
        return thread;
    });

    private final Optional<byte[]> token;

    /**
     * @param token that opens what changes the process, for whoever shows it; absent for this host and no token
     * @throws IOException if the port is taken
     */
    public OpsServer(String host, int port, Optional<String> token, Health health, PrometheusMeterRegistry registry)
            throws IOException {
        this.token = token.map(OpsServer::bytes);
        server = HttpServer.create(new InetSocketAddress(host, port), 16);
        server.setExecutor(threads);
        get("/live", exchange -> answer(exchange, health.notAlive()));
        get("/ready", exchange -> answer(exchange, health.notReady()));
        get("/metrics", exchange -> send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
    }

    /** Adds a page of a service's own, before {@link #start}. */
    public void get(String path, HttpHandler handler) {
        add(path, READING, handler);
    }

    /**
     * Adds something that changes the process. Who shows the token may ask for it; where there is none, only this host may,
     * whatever address the port has, and no web page in a browser on this host.
     */
    public void post(String path, HttpHandler handler) {
        add(path, List.of("POST"), exchange -> {
            Optional<Page> refused = refused(exchange);
            if (refused.isPresent()) {
                send(exchange, refused.get());
            } else {
                handler.handle(exchange);
            }
        });
    }

    /**
     * Adds a page that is not for everybody, under the same conditions as {@link #post}. It may come later: no thread waits for it.
     *
     * @param handler gives the page for an address with its query, and does not wait itself
     */
    public void getPrivate(String path, Function<URI, CompletionStage<Page>> handler) {
        addPrivate(path, READING, exchange -> handler.apply(exchange.getRequestURI()));
    }

    /**
     * Adds a page that is not for everybody, like {@link #getPrivate}, and that something can be sent to at the same path.
     *
     * @param most bytes that are taken
     * @param sent gives the page for what was sent, and does not wait itself
     */
    public void addPrivate(
            String path, Supplier<CompletionStage<Page>> got, int most, Function<byte[], CompletionStage<Page>> sent) {
        addPrivate(
                path,
                READING_AND_SENDING,
                exchange -> READING.contains(exchange.getRequestMethod()) ? got.get() : taken(exchange, most, sent));
    }

    /** Adds something that takes what is sent, like {@link #post}; its answer may come later, no thread waits for it. */
    public void postPrivate(String path, int most, Function<byte[], CompletionStage<Page>> sent) {
        addPrivate(path, SENDING, exchange -> taken(exchange, most, sent));
    }

    private static CompletionStage<Page> taken(
            HttpExchange exchange, int most, Function<byte[], CompletionStage<Page>> sent) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(most + 1);
        return body.length > most
                ? CompletableFuture.completedFuture(
                        Page.problem(413, "too-large", "more than " + most + " bytes were sent"))
                : sent.apply(body);
    }

    private interface Later {
        CompletionStage<Page> page(HttpExchange exchange) throws IOException;
    }

    private void addPrivate(String path, List<String> methods, Later handler) {
        var context = server.createContext(path, exchange -> {
            Optional<Page> refused = exchange.getRequestURI().getPath().equals(path)
                    ? methods.contains(exchange.getRequestMethod())
                            ? refused(exchange)
                            : Optional.of(Page.problem(405, "method-not-allowed", "only " + String.join(", ", methods)))
                    : Optional.of(Page.problem(404, "not-found", "not found"));
            CompletionStage<Page> page =
                    refused.isPresent() ? CompletableFuture.completedFuture(refused.get()) : handler.page(exchange);
            var unused = page.exceptionally(failure -> Page.problem(500, "internal-error", String.valueOf(failure)))
                    .thenAcceptAsync(answer -> sendAndClose(exchange, answer), threads);
        });
        context.getAttributes().put("path", path);
    }

    private static void sendAndClose(HttpExchange exchange, Page page) {
        try (exchange) {
            send(exchange, page);
        } catch (IOException gone) {
            // Who asked has not waited for the answer.
            log.atDebug().addKeyValue("reason", gone).log("ops page not taken");
        }
    }

    private Optional<Page> refused(HttpExchange exchange) {
        if (token.isPresent()) {
            if (shows(exchange, token.get())) {
                return Optional.empty();
            }
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return Optional.of(Page.problem(401, "unauthorized", "expected the token of ops.token as Bearer"));
        }
        return isOfThisHost(exchange)
                ? Optional.empty()
                : Optional.of(Page.problem(
                        403, "not-from-here", "only from this host, or with a token once there is ops.token"));
    }

    private static boolean shows(HttpExchange exchange, byte[] token) {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        return shown != null
                && shown.startsWith(BEARER)
                && MessageDigest.isEqual(bytes(shown.substring(BEARER.length())), token);
    }

    private static boolean isOfThisHost(HttpExchange exchange) {
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && !exchange.getRequestHeaders().containsKey("Origin");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A whole answer. */
    public record Page(int status, String type, String body) {

        /** As RFC 9457 has it. */
        public static Page problem(int status, String code, String detail) {
            String json =
                    "{\"type\":\"urn:millrace:problem:%s\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"}\n"
                            .formatted(code, code.replace('-', ' '), status, code, escaped(detail));
            return new Page(status, "application/problem+json", json);
        }

        private static String escaped(String text) {
            StringBuilder escaped = new StringBuilder();
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    escaped.append('\\').append(c);
                } else {
                    escaped.append(c < ' ' ? ' ' : c);
                }
            }
            return escaped.toString();
        }
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        send(exchange, page.status(), page.type(), page.body());
    }

    private void add(String path, List<String> methods, HttpHandler handler) {
        var context = server.createContext(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    send(exchange, 404, TEXT, "not found\n");
                } else if (!methods.contains(exchange.getRequestMethod())) {
                    exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
                    send(exchange, 405, TEXT, "only " + methods.get(0) + "\n");
                } else {
                    handler.handle(exchange);
                }
            }
        });
        context.getAttributes().put("path", path);
    }

    public void start() {
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Sends a whole answer; for pages added with {@link #get}. */
    public static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void answer(HttpExchange exchange, Map<String, String> problems) throws IOException {
        String body = problems.isEmpty()
                ? "ok\n"
                : problems.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue() + "\n")
                        .collect(Collectors.joining());
        send(exchange, problems.isEmpty() ? 200 : 503, TEXT, body);
    }
}
