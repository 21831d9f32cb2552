package io.millrace.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Registers simulated devices through the REST API and keeps their secrets in memory. A device that is there already gets a new
 * secret, but only if it was made by a simulator: a real board would be locked out by that.
 */
final class Enrolment {
    static final String TYPE = "simulated";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARALLEL = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String devicesUrl;
    private final String apiKey;

    /** `api` is the server's address, with or without `/api/v1`. */
    Enrolment(URI api, String apiKey) {
        String base = api.toString().replaceAll("/+$", "");
        this.devicesUrl = (base.endsWith("/api/v1") ? base : base + "/api/v1") + "/devices";
        this.apiKey = apiKey;
    }

    /** Blocks until all devices are registered; the exception names the first that could not be. */
    List<DeviceCredentials> enrol(List<String> deviceIds) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<DeviceCredentials>> pending = new ArrayList<>();
            for (String deviceId : deviceIds) {
                pending.add(workers.submit(() -> enrol(deviceId)));
            }
            List<DeviceCredentials> enrolled = new ArrayList<>();
            for (Future<DeviceCredentials> device : pending) {
                enrolled.add(device.get());
            }
            return enrolled;
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("devices could not be registered: " + failure.getCause(), failure);
        } finally {
            List<Runnable> unused = workers.shutdownNow();
        }
    }

    private DeviceCredentials enrol(String deviceId) throws IOException, InterruptedException {
        ObjectNode device = JSON.createObjectNode().put("id", deviceId).put("type", TYPE);
        HttpResponse<String> created = send(post(devicesUrl, device.toString()));
        if (created.statusCode() == 201) {
            return withSecret(deviceId, created);
        }
        if (created.statusCode() != 409) {
            throw unexpected("POST " + devicesUrl, deviceId, created);
        }
        String deviceUrl = devicesUrl + "/" + deviceId;
        HttpResponse<String> present = send(request(deviceUrl).GET().build());
        if (present.statusCode() != 200) {
            throw unexpected("GET " + deviceUrl, deviceId, present);
        }
        String type = JSON.readTree(present.body()).path("type").asText();
        if (!type.equals(TYPE)) {
            throw new IOException("device " + deviceId + " exists with type \"" + type + "\" (expected \"" + TYPE
                    + "\"): choose another --id-pattern, a new secret would lock out a real board");
        }
        HttpResponse<String> rotated = send(post(deviceUrl + "/secret", "{}"));
        if (rotated.statusCode() / 100 != 2) {
            throw unexpected("POST " + deviceUrl + "/secret", deviceId, rotated);
        }
        return withSecret(deviceId, rotated);
    }

    private static DeviceCredentials withSecret(String deviceId, HttpResponse<String> response) throws IOException {
        String secret = JSON.readTree(response.body()).path("secret").asText();
        if (secret.isEmpty()) {
            throw new IOException("device " + deviceId + ": " + response.uri() + " answered without a \"secret\"");
        }
        return DeviceCredentials.withSecret(deviceId, secret);
    }

    private static IOException unexpected(String call, String deviceId, HttpResponse<String> response) {
        String reason = "";
        try {
            JsonNode problem = JSON.readTree(response.body());
            reason = problem.path("detail").asText(problem.path("title").asText());
        } catch (IOException noJson) {
            reason = "no problem+json";
        }
        return new IOException(
                call + " for device " + deviceId + " answered " + response.statusCode() + " (" + reason + ")");
    }

    private HttpRequest post(String url, String body) {
        return request(url)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).header("Authorization", "Bearer " + apiKey);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new IOException(request.uri() + " could not be reached: " + unreachable, unreachable);
        }
    }
}
