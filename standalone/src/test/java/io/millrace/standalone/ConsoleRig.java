package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A running system with boards that report every second, people of each role, and the browser before which one of them sits. */
final class ConsoleRig implements AutoCloseable {
    static final String BOARD = "esp32-sim-00001";
    static final String SILENT = "esp32-01";
    static final String ADMIN = "admin";
    static final String OPERATOR = "olga";
    static final String VIEWER = "vera";
    private static final Map<String, String> PASSWORDS =
            Map.of(ADMIN, "admin-password", OPERATOR, "olga looks after boards", VIEWER, "vera only looks");

    private static final String CELLARS = """
            rules:
            - alert: Leak
              expr: water > 0
              labels: {severity: critical}
              annotations: {summary: "${water} cm of water in ${device.id}"}
            """;

    final Standalone millrace;
    private final Path ruleFiles;
    final Rest rest;
    final Wire wire;
    final Browser browser;
    private Optional<String> signedIn = Optional.empty();

    ConsoleRig(BrowserPrograms programs, Path dir) {
        millrace = new Standalone(Up.in(dir.resolve("millrace"))
                .adminPassword(password(ADMIN))
                .simulate(5, Duration.ofSeconds(1))
                .build());
        millrace.start();
        ruleFiles = dir.resolve("millrace/rules");
        saveRules("cellars.rules.yaml", CELLARS);
        rest = Rest.of(millrace.httpPort(), ADMIN, password(ADMIN));
        makeUser(OPERATOR, "operator");
        makeUser(VIEWER, "viewer");
        await().untilAsserted(() ->
                assertThat(rest.get("/rules").findValuesAsText("name")).contains("Leak"));
        wire = new Wire(millrace.httpPort());
        browser = new Browser(programs, "http://127.0.0.1:" + wire.port(), dir.resolve("profile"));
    }

    private void makeUser(String name, String role) {
        var unused = rest.post(
                "/users",
                "{\"username\":\"%s\",\"password\":\"%s\",\"role\":\"%s\"}".formatted(name, password(name), role),
                201);
    }

    private static String password(String person) {
        return Objects.requireNonNull(PASSWORDS.get(person));
    }

    /** Opens a page as that person, who signs in unless it was the same one before. */
    Browser as(String person, String path) {
        if (signedIn.equals(Optional.of(person))) {
            browser.open(path);
            return browser;
        }
        nobody(path);
        signIn(person);
        return browser;
    }

    /** Opens a page as somebody whom the browser does not know. */
    Browser nobody(String path) {
        browser.leave();
        browser.forget();
        signedIn = Optional.empty();
        browser.open(path);
        return browser;
    }

    void signIn(String person) {
        browser.type("User name", person);
        browser.type("Password", password(person));
        browser.press("Sign in");
        browser.gone("dialog[open]");
        signedIn = Optional.of(person);
    }

    void saveRules(String file, String text) {
        try {
            Files.writeString(ruleFiles.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String rules(String file) {
        try {
            return Files.readString(ruleFiles.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counted from 1. */
    int lineOf(String file, String text) {
        String rules = rules(file);
        return (int) rules.substring(0, rules.indexOf(text)).lines().count();
    }

    /** A device of no simulator, which a story has for itself; its secret. */
    String newDevice(String id) {
        return rest.post("/devices", "{\"id\":\"" + id + "\",\"type\":\"greenhouse\"}", 201)
                .get("secret")
                .asText();
    }

    /** Let in as soon as the gateway has heard of it. */
    TestDevice connected(String id) {
        TestDevice device = TestDevice.of(3, millrace.mqttPort(), id, newDevice(id));
        await().untilAsserted(() -> assertThatCode(device::connect).doesNotThrowAnyException());
        device.subscribe();
        return device;
    }

    @Override
    public void close() {
        try (millrace;
                wire) {
            browser.close();
        }
    }
}
