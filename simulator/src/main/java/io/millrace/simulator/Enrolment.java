package io.millrace.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Registers simulated devices through the REST API, in two imports however many they are, and keeps their secrets in memory. A device
 * that is there already gets a new secret, but only if it was made by a simulator: a real board would be locked out by that.
 */
final class Enrolment {
    static final String TYPE = "simulated";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NDJSON = "application/x-ndjson";

    private final RestClient rest;
    private final String devicesUrl;

    /** `api` is the server's address, with or without `/api/v1`. */
    Enrolment(URI api, String apiKey, Optional<Path> ca) {
        String base = api.toString().replaceAll("/+$", "");
        this.devicesUrl = (base.endsWith("/api/v1") ? base : base + "/api/v1") + "/devices";
        this.rest = new RestClient(apiKey, ca);
    }

    /** Blocks until all devices are registered; the exception names the first that could not be. */
    List<DeviceCredentials> enrol(List<String> deviceIds) throws IOException, InterruptedException {
        Set<String> simulatedBefore = simulated();
        Map<String, String> fresh = new LinkedHashMap<>();
        Map<String, String> present = new LinkedHashMap<>();
        for (String deviceId : deviceIds) {
            (simulatedBefore.contains(deviceId) ? present : fresh).put(deviceId, NewSecret.draw());
        }
        bring(fresh, "fail");
        bring(present, "update");
        return deviceIds.stream()
                .map(id -> DeviceCredentials.withSecret(
                        id, fresh.containsKey(id) ? fresh.getOrDefault(id, "") : present.getOrDefault(id, "")))
                .toList();
    }

    private Set<String> simulated() throws IOException, InterruptedException {
        String url = devicesUrl + "/export?type=" + TYPE;
        HttpResponse<String> export = rest.get(url);
        if (export.statusCode() != 200) {
            throw RestClient.unexpected("GET " + url, export);
        }
        Set<String> ids = new HashSet<>();
        for (String line : export.body().lines().toList()) {
            ids.add(JSON.readTree(line).path("id").asText());
        }
        return ids;
    }

    private void bring(Map<String, String> secrets, String onConflict) throws IOException, InterruptedException {
        if (secrets.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        secrets.forEach((id, secret) -> lines.append(
                        JSON.createObjectNode().put("id", id).put("type", TYPE).put("secret", secret))
                .append('\n'));
        String url = devicesUrl + "/import?onConflict=" + onConflict;
        HttpResponse<String> answer = rest.post(url, NDJSON, lines.toString());
        if (answer.statusCode() != 200) {
            throw RestClient.unexpected("POST " + url, answer);
        }
        List<String> ids = List.copyOf(secrets.keySet());
        boolean ended = false;
        for (String line : answer.body().lines().toList()) {
            JsonNode said = JSON.readTree(line);
            ended |= said.has("summary");
            if (said.has("error")) {
                throw refused(ids.get(Math.max(1, said.path("line").asInt()) - 1), said.path("error"));
            }
        }
        if (!ended) {
            throw new IOException("POST " + url + " was broken off (expected a summary)");
        }
    }

    private static IOException refused(String deviceId, JsonNode error) {
        String detail = error.path("detail").asText(error.path("code").asText());
        return new IOException("device " + deviceId + " could not be registered: " + detail + " (expected a new device"
                + " or one of type \"" + TYPE
                + "\": choose another id pattern, a new secret would lock out a real board)");
    }
}
