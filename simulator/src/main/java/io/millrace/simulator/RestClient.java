package io.millrace.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls with one bearer key, and what went wrong with them in words. Blocks; any thread. */
final class RestClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String key;

    RestClient(String key) {
        this.key = key;
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
