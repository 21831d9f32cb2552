package io.millrace.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The REST API behind the load balancer, as an admin. Any thread. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String token;

    Api(int port, String password) throws IOException, InterruptedException {
        base = "http://127.0.0.1:" + port + "/api/v1";
        HttpRequest login = HttpRequest.newBuilder(URI.create(base + "/login"))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"username\":\"admin\",\"password\":\"" + password + "\"}"))
                .build();
        token = require(http.send(login, BodyHandlers.ofString()), 200)
                .get("token")
                .asText();
    }

    /** The device's secret is its id with {@code pw-} before it. */
    void register(List<String> ids) throws IOException, InterruptedException {
        String lines = ids.stream()
                .map(id -> "{\"id\":\"" + id + "\",\"secret\":\"pw-" + id + "\"}\n")
                .collect(Collectors.joining());
        HttpResponse<String> answer = send("POST", "/devices/import", "application/x-ndjson", lines);
        if (answer.statusCode() != 200 || answer.body().contains("\"error\"")) {
            throw new IllegalStateException("import: " + answer.statusCode() + " " + answer.body());
        }
    }

    /** The command's id, if it was accepted. One that is refused, or whose answer is lost, nobody has promised anything about. */
    Optional<String> command(String device, String payload) throws InterruptedException {
        return command(device, payload, Duration.ofHours(1));
    }

    Optional<String> command(String device, String payload, Duration expiresIn) throws InterruptedException {
        try {
            HttpResponse<String> answer = send(
                    "POST",
                    "/devices/" + device + "/commands",
                    "application/json",
                    "{\"payload\":\"" + payload + "\",\"expiresIn\":\"" + expiresIn.toSeconds() + "s\"}");
            return answer.statusCode() == 202
                    ? Optional.of(JSON.readTree(answer.body()).get("commandId").asText())
                    : Optional.empty();
        } catch (IOException lost) {
            return Optional.empty();
        }
    }

    void disable(String device) throws IOException, InterruptedException {
        var unused = require(send("PATCH", "/devices/" + device, "application/json", "{\"enabled\":false}"), 200);
    }

    /** The new secret. */
    String rotate(String device) throws IOException, InterruptedException {
        return require(send("POST", "/devices/" + device + "/secret", "application/json", ""), 200)
                .get("secret")
                .asText();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return require(send("GET", path, "application/json", ""), 200);
    }

    int status(String path) throws IOException, InterruptedException {
        return send("GET", path, "application/json", "").statusCode();
    }

    private HttpResponse<String> send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static JsonNode require(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
