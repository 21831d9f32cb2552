package io.millrace.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.tls.Authorities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Calls with one bearer key, and what went wrong with them in words. Blocks; any thread. */
final class RestClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http;
    private final String key;

    /**
     * @param ca certificates in PEM that an https server is believed by, beside those that Java knows
     * @throws IllegalArgumentException if there are none in that file
     */
    RestClient(String key, Optional<Path> ca) {
        this.key = key;
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        ca.ifPresent(file -> client.sslContext(trusting(file)));
        this.http = client.build();
    }

    private static SSLContext trusting(Path ca) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {Authorities.with(Authorities.read(ca))}, null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalArgumentException(
                    "--ca: " + ca + " cannot be used: " + unusable + " (expected certificates in PEM)", unusable);
        }
    }

    HttpResponse<String> post(String url, String contentType, String body) throws IOException, InterruptedException {
        return send(request(url)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return send(request(url).GET().build());
    }

    static IOException unexpected(String call, HttpResponse<String> response) {
        String reason = response.body();
        if (reason.startsWith("{")) {
            try {
                JsonNode problem = JSON.readTree(reason);
                reason = problem.path("detail").asText(problem.path("title").asText());
            } catch (IOException noJson) {
                reason = "no problem+json";
            }
        }
        return new IOException(call + " answered " + response.statusCode() + " (" + reason + ")");
    }

    private HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).header("Authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new IOException(request.uri() + " could not be reached: " + unreachable, unreachable);
        }
    }
}
