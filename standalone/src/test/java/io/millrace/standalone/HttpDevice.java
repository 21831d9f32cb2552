package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;

/** A board that speaks HTTP only. */
final class HttpDevice {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final String authorization;

    HttpDevice(int port, String id, String secret) {
        this.base = "http://127.0.0.1:" + port + "/devices/" + id;
        this.authorization = "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
    }

    /** A board that has no secret yet, but a provisioning key. */
    static HttpResponse<String> provision(int port, String key, String body) {
        return send(
                HttpClient.newHttpClient(),
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/provision"))
                        .header("Authorization", "Bearer " + key)
                        .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) {
        return send(client, request(path));
    }

    HttpResponse<String> post(String path, String body) {
        return send(client, request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(70))
                .header("Authorization", authorization);
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
