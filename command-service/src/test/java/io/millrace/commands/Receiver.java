package io.millrace.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Somebody who is told over HTTP, and answers as the test wants him to. */
final class Receiver implements AutoCloseable {
    /** What has come; a header's name in lower case. */
    record Received(String path, java.util.Map<String, String> headers, byte[] body) {
        JsonNode json() {
            return Json.read(body, JsonNode.class);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** An answer to the n-th request, from 1. */
    @FunctionalInterface
    interface Manner {
        void answer(HttpExchange exchange, int n) throws IOException, InterruptedException;
    }

    final List<Received> received = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final String scheme;
    private volatile Manner manner;

    Receiver() {
        this(status(204));
    }

    Receiver(Manner manner) {
        this(manner, "http", Receiver::plain);
    }

    /** One that speaks TLS. */
    static Receiver withTls(SSLContext context) {
        return new Receiver(status(204), "https", () -> {
            HttpsServer server = HttpsServer.create(anyPort(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return server;
        });
    }

    private Receiver(Manner manner, String scheme, Opening opening) {
        this.manner = manner;
        this.scheme = scheme;
        try {
            server = opening.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    @FunctionalInterface
    private interface Opening {
        HttpServer open() throws IOException;
    }

    private static HttpServer plain() throws IOException {
        return HttpServer.create(anyPort(), 0);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static Manner status(int status) {
        return (exchange, n) -> exchange.sendResponseHeaders(status, -1);
    }

    void behave(Manner other) {
        manner = other;
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            java.util.Map<String, String> headers = new java.util.HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
            int n;
            synchronized (this) {
                received.add(new Received(
                        exchange.getRequestURI().toString(),
                        headers,
                        exchange.getRequestBody().readAllBytes()));
                n = received.size();
            }
            manner.answer(exchange, n);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
