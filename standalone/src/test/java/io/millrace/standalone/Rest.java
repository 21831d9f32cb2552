package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The REST API as a program sees it, with the key of one who asks. */
final class Rest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final String key;

    Rest(int port, String key) {
        this.base = "http://127.0.0.1:" + port + "/api/v1";
        this.key = key;
    }

    /** As the user of that name. */
    static Rest of(int port, String username, String password) {
        String body = "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}";
        return new Rest(
                port,
                new Rest(port, "none").post("/login", body, 200).get("token").asText());
    }

    String key() {
        return key;
    }

    JsonNode get(String path) {
        return expect(200, send("GET", path, ""));
    }

    /** What it says instead. */
    String refused(String path, int status) {
        return expect(status, send("GET", path, "")).toString();
    }

    JsonNode post(String path, String body, int status) {
        return expect(status, send("POST", path, body));
    }

    JsonNode patch(String path, String body) {
        return expect(200, send("PATCH", path, body));
    }

    JsonNode put(String path, String body) {
        return expect(200, send("PUT", path, body));
    }

    /** A rule file. */
    JsonNode putRules(String file, String yaml, String header, String value, int status) {
        return expect(
                status,
                send(request("PUT", "/rules/files/" + file)
                        .header("Content-Type", "application/yaml")
                        .header(header, value)
                        .PUT(BodyPublishers.ofString(yaml))));
    }

    JsonNode deleteRules(String file, String revision) {
        return expect(
                200,
                send(request("DELETE", "/rules/files/" + file)
                        .header("If-Match", "\"" + revision + "\"")
                        .DELETE()));
    }

    /** Waits for a device's first command. */
    JsonNode onlyCommandOf(String device) {
        String path = "/devices/" + device + "/commands";
        await().untilAsserted(() -> assertThat(get(path).get("items")).isNotEmpty());
        JsonNode items = get(path).get("items");
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    int status(String method, String path, String body) {
        return send(method, path, body).statusCode();
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return send(request(method, path)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String method, String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key)
                .method(method, BodyPublishers.noBody());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode expect(int status, HttpResponse<String> response) {
        assertThat(response.statusCode())
                .as("%s %s: %s", response.request().method(), response.uri(), response.body())
                .isEqualTo(status);
        try {
            return JSON.readTree(response.body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
