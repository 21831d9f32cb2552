package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.runtime.config.Settings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/** Users of two instances behind a proxy that is trusted, and what they do. */
final class People implements AutoCloseable {
    /** How long another instance may still believe what this one has revoked, and some patience. */
    static final Duration SOON = Duration.ofSeconds(5);

    final Fleet fleet;
    final CommandService second;

    People(Settings.Builder settings) {
        fleet = Fleet.start(settings.override("http.trusted-proxies", "127.0.0.1,10.0.0.0/8"));
        second = fleet.addService();
    }

    Reply user(String name, String role) {
        Reply created = fleet.call(
                "POST",
                "/users",
                "{\"username\":\"" + name + "\",\"password\":\"nanosecond\",\"role\":\"" + role + "\"}");
        assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
        return created;
    }

    Reply login(String username, String password, String address) {
        return fleet.callWith(
                "",
                "POST",
                "/login",
                "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}",
                "X-Forwarded-For",
                "1.2.3.4, " + address);
    }

    Reply me(CommandService service, String bearer) {
        return fleet.send(request(service, "GET", "/me", "")
                .setHeader("Authorization", "Bearer " + bearer)
                .build());
    }

    static String text(JsonNode json, String field) {
        return json.get(field).asText();
    }

    Reply on(CommandService service, String method, String path, String body) {
        return fleet.send(request(service, method, path, body).build());
    }

    private HttpRequest.Builder request(CommandService service, String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + "/api/v1" + path))
                .header("Authorization", "Bearer " + fleet.key())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    @Override
    public void close() {
        fleet.close();
    }
}
