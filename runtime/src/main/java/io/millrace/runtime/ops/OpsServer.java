package io.millrace.runtime.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The ops port: {@code /live}, {@code /ready} (200, or 503 with a line for each problem) and {@code /metrics} (Prometheus text).
 * The JDK's server on two threads of its own, so that it answers even when event loops are blocked.
 */
public final class OpsServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BEARER = "Bearer ";

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
        add(path, List.of("GET", "HEAD"), handler);
    }

    /**
     * Adds something that changes the process. Who shows the token may ask for it; where there is none, only this host may,
     * whatever address the port has, and no web page in a browser on this host.
     */
    public void post(String path, HttpHandler handler) {
        add(path, List.of("POST"), exchange -> {
            if (token.isPresent()) {
                if (shows(exchange, token.get())) {
                    handler.handle(exchange);
                } else {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                    refuse(exchange, 401, "unauthorized", "expected the token of ops.token as Bearer");
                }
            } else if (isOfThisHost(exchange)) {
                handler.handle(exchange);
            } else {
                refuse(exchange, 403, "not-from-here", "only from this host, or with a token once there is ops.token");
            }
        });
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

    /** As RFC 9457 has it. */
    private static void refuse(HttpExchange exchange, int status, String code, String detail) throws IOException {
        String problem =
                "{\"type\":\"urn:millrace:problem:%s\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"}\n"
                        .formatted(code, code.replace('-', ' '), status, code, detail);
        send(exchange, status, "application/problem+json", problem);
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
