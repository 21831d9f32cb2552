package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.schemas.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST API as people and programs use it, and misuse it. */
@Timeout(60)
class ApiIT {
    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void rolesMayWhatTheyMay() {
        String viewer = "Bearer " + key("viewer-key", Role.VIEWER);
        String operator = "Bearer " + key("operator-key", Role.OPERATOR);
        String provisioning = "Bearer " + key("provisioning-key", Role.PROVISIONING);

        assertThat(fleet.callWith(viewer, "GET", "/devices", "").status()).isEqualTo(200);
        assertThat(fleet.callWith(viewer, "POST", "/devices", "{\"id\":\"v\"}").status())
                .isEqualTo(403);
        assertThat(fleet.callWith(operator, "POST", "/devices", "{\"id\":\"by-operator\"}")
                        .status())
                .isEqualTo(201);
        Reply forbidden = fleet.callWith(operator, "GET", "/users", "");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.json().get("code").asText()).isEqualTo("forbidden");
        assertThat(fleet.callWith(provisioning, "GET", "/devices", "").status()).isEqualTo(403);
        Reply nobody = fleet.callWith("", "GET", "/devices", "");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.http().headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void aDeviceIsCreatedChangedFoundAndDeleted() {
        Reply created = fleet.call(
                "POST",
                "/devices",
                "{\"id\":\"cold-1\",\"type\":\"cold-room\",\"labels\":{\"site\":\"berlin\"},\"attributes\":{\"maxTemp\":8}}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("secret").asText()).hasSizeGreaterThan(20);
        assertThat(created.http().headers().firstValue("Location")).contains("/api/v1/devices/cold-1");
        assertThat(fleet.call("POST", "/devices", "{\"id\":\"cold-1\"}").status())
                .isEqualTo(409);

        JsonNode got = fleet.call("GET", "/devices/cold-1").json();
        assertThat(got.has("secret")).isFalse();
        assertThat(got.at("/attributes/maxTemp").asInt()).isEqualTo(8);
        assertThat(got.at("/presence/connected").asBoolean()).isFalse();
        assertThat(ids("/devices?type=cold-room")).containsExactly("cold-1");
        assertThat(ids("/devices?label=site:berlin&q=COLD&connected=false")).containsExactly("cold-1");
        assertThat(ids("/devices?label=site:paris")).isEmpty();

        Reply patched = fleet.call("PATCH", "/devices/cold-1", "{\"type\":null,\"labels\":{\"site\":\"paris\"}}");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().has("type")).isFalse();
        assertThat(patched.json().at("/attributes/maxTemp").asInt()).isEqualTo(8);
        assertThat(patched.json().get("revision").asInt()).isEqualTo(2);
        Reply config = fleet.call("PUT", "/devices/cold-1/config", "{\"interval\":5}");
        assertThat(config.json().at("/config/interval").asInt()).isEqualTo(5);
        Reply rotated = fleet.call("POST", "/devices/cold-1/secret");
        assertThat(rotated.json().get("secret").asText())
                .isNotEqualTo(created.json().get("secret").asText());

        assertThat(fleet.call("DELETE", "/devices/cold-1").status()).isEqualTo(204);
        assertThat(fleet.call("GET", "/devices/cold-1").status()).isEqualTo(404);
        assertThat(fleet.call("DELETE", "/devices/cold-1").status()).isEqualTo(404);
    }

    /** Nobody could read it: GET /devices/export is the export. */
    @ParameterizedTest
    @ValueSource(strings = {"export", "import", "republish"})
    void aDeviceIsNotCalledAsACallBesideItIs(String id) {
        Reply refused = fleet.call("POST", "/devices", "{\"id\":\"" + id + "\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText())
                .startsWith("id: \"" + id + "\"")
                .contains("/devices/" + id);
        String report = new String(
                fleet.send(HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/devices/import"))
                                .header("Authorization", admin())
                                .header("Content-Type", "application/x-ndjson")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"" + id + "\"}\n"))
                                .build())
                        .http()
                        .body(),
                java.nio.charset.StandardCharsets.UTF_8);
        assertThat(report).contains("invalid-field", "/devices/" + id).contains("\"created\":0");
    }

    @Test
    void listsComeInPages() {
        for (int i = 0; i < 5; i++) {
            fleet.device("page-" + i);
        }
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    fleet.call("GET", "/devices?q=page-&limit=2" + cursor).json();
            page.get("items").forEach(item -> all.add(item.get("id").asText()));
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
        } while (!cursor.isEmpty());
        assertThat(all).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
    }

    @Test
    void aCommandIsSentOnceHoweverOftenItIsTried() {
        String device = fleet.device("idempotent");
        String path = "/devices/" + device + "/commands";
        Reply first = fleet.callWith(admin(), "POST", path, "{\"payload\":{\"led\":true}}", "Idempotency-Key", "k1");
        Reply again = fleet.callWith(admin(), "POST", path, "{\"payload\":{\"led\":true}}", "Idempotency-Key", "k1");
        Reply other = fleet.callWith(admin(), "POST", path, "{\"payload\":\"X\"}", "Idempotency-Key", "k1");

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.json().get("status").asText()).isEqualTo("queued");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().get("code").asText()).isEqualTo("idempotency-key-reused");
        JsonNode list = fleet.call("GET", path).json().get("items");
        assertThat(list).hasSize(1);
        assertThat(list.get(0).get("payload").asText()).isEqualTo("{\"led\":true}");
        assertThat(fleet.call("GET", path + "?status=delivered").json().get("items"))
                .isEmpty();
    }

    @Test
    void aQueuedCommandIsCancelledOnce() {
        String device = fleet.device("cancelled");
        String id = fleet.send(device, "A");

        Reply cancelled = fleet.call("DELETE", "/commands/" + id);
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(fleet.command(id).get("reason").asText()).isEqualTo("by test");
        Reply again = fleet.call("DELETE", "/commands/" + id);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("detail").asText()).contains("cancelled");
        assertThat(fleet.call("DELETE", "/commands/nope").status()).isEqualTo(404);
    }

    @Test
    void aCommandForAnUnknownOrDisabledDeviceIsRefused() {
        assertThat(fleet.call("POST", "/devices/ghost/commands", "{\"payload\":\"A\"}")
                        .status())
                .isEqualTo(404);
        String device = fleet.device("off");
        fleet.call("PATCH", "/devices/off", "{\"enabled\":false}");
        Reply refused = fleet.call("POST", "/devices/" + device + "/commands", "{\"payload\":\"A\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("code").asText()).isEqualTo("device-disabled");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    POST  | /devices                    | {"id":"a b"}                            | id
                    POST  | /devices                    | {"id":7}                                | id
                    POST  | /devices                    | {}                                      | id
                    POST  | /devices                    | {"id":"z","lables":{}}                  | lables
                    POST  | /devices                    | {"id":"z","labels":["x"]}               | labels
                    POST  | /devices                    | {"id":"z","attributes":{"x":[1]}}       | attributes.x
                    POST  | /devices                    | {"id":"z","secret":"short"}             | secret
                    POST  | /devices                    | {"id":"a","type":"a\\u0000b"}           | type
                    POST  | /devices                    | {"id":"a","labels":{"x":"\\ud800"}}     | labels.x
                    POST  | /devices                    | {"id":"a","attributes":{"x":"a\\udc00"}} | attributes.x
                    POST  | /devices                    | {"id":"a","config":{"x":["","\\ud83d"]}} | config.x[1]
                    PATCH | /devices/z                  | {"labels":{"x":"\\ude00\\ud83d"}}       | labels.x
                    PUT   | /devices/z/config           | {"x":"\\ud83d"}                         | x
                    POST  | /devices/z/commands         | {"payload":{"x":"\\ud83d"}}             | payload.x
                    PATCH | /devices/z                  | {"enabled":"yes"}                       | enabled
                    POST  | /devices/z/commands         | {"payload":"A","expiresIn":"soon"}      | expiresIn
                    POST  | /devices/z/commands         | {"payload":"A","expiresIn":"900d"}      | expiresIn
                    POST  | /devices/z/commands         | {"payload":"A","qos":3}                 | qos
                    POST  | /devices/z/commands         | {}                                      | payload
                    POST  | /api-keys                   | {"name":"x","role":"king"}              | role
                    POST  | /api-keys                   | {"name":"<b>","role":"viewer"}          | name
                    POST  | /users                      | {"username":"u","password":"short","role":"viewer"} | password
                    GET   | /devices?limit=0            |                                         | limit
                    GET   | /devices?conected=true      |                                         | conected
                    GET   | /devices?connected=maybe    |                                         | connected
                    GET   | /devices?label=site         |                                         | label
                    GET   | /devices?cursor=%25         |                                         | cursor
                    GET   | /devices?cursor=zzz         |                                         | cursor
                    GET   | /devices/a%20b              |                                         | id
                    GET   | /devices/z/telemetry?from=yesterday | | from
                    GET   | /devices/z/telemetry?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z | | from
                    GET   | /devices/z/commands?status=done | | status
                    GET   | /alerts?state=loud          |                                         | state
                    """)
    void badInputNamesTheField(String method, String path, String body, String field) {
        Reply reply = fleet.call(method, path, body == null ? "" : body);

        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).isEqualTo(field);
        assertThat(reply.json().get("detail").asText()).startsWith(field + ": ").contains("expected");
        assertThat(reply.json().get("type").asText()).isEqualTo("urn:millrace:problem:invalid-field");
        assertThat(reply.http().headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}{", "[]", "7"})
    void aBodyThatIsNoJsonObjectIsRefused(String body) {
        Reply reply = fleet.call("POST", "/devices", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("code").asText()).isEqualTo("invalid-json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'; drop table devices; --", "%27%20or%201%3D1", "<script>alert(1)</script>", "a\\\\b"})
    void textIsOnlyText(String text) {
        String device = "inj" + Math.abs(text.hashCode());
        String json = io.millrace.schemas.Json.mapper()
                .createObjectNode()
                .put("id", device)
                .put("type", text)
                .toString();
        assertThat(fleet.call("POST", "/devices", json).status()).isEqualTo(201);
        assertThat(fleet.call("GET", "/devices/" + device).json().get("type").asText())
                .isEqualTo(text);
        String encoded = java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(ids("/devices?type=" + encoded)).containsExactly(device);
        assertThat(fleet.call("GET", "/devices?q=" + encoded).status()).isEqualTo(200);
    }

    @Test
    void whatIsTooLargeOrUnknownOrOfAnotherMediaTypeIsSaidSo() {
        String device = fleet.device("large");
        String path = "/devices/" + device + "/commands";
        assertThat(fleet.call("POST", path, "{\"payload\":\"" + "x".repeat(70_000) + "\"}")
                        .status())
                .isEqualTo(413);
        assertThat(fleet.call("POST", path, "{\"payload\":\"" + "x".repeat(2_000_000) + "\"}")
                        .status())
                .isEqualTo(413);
        Reply unknown = fleet.call("GET", "/nothing");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().get("code").asText()).isEqualTo("unknown-path");
        Reply method = fleet.call("PUT", "/devices");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.http().headers().firstValue("Allow").orElse(""))
                .contains("GET")
                .contains("POST");

        URI root = URI.create("http://127.0.0.1:" + fleet.service().httpPort());
        Reply besides =
                fleet.send(HttpRequest.newBuilder(root.resolve("/nothing")).build());
        assertThat(besides.status()).isEqualTo(404);
        assertThat(besides.http().headers().firstValue("X-Content-Type-Options"))
                .contains("nosniff");
        Reply form = fleet.send(HttpRequest.newBuilder(root.resolve("/api/v1" + path))
                .header("Authorization", admin())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("{\"payload\":\"A\"}"))
                .build());
        assertThat(form.status()).isEqualTo(415);
    }

    private static String key(String name, Role role) {
        return fleet.service().firstAccess().createApiKeyIfAbsent(name, role).orElseThrow();
    }

    private static String admin() {
        return "Bearer " + fleet.key();
    }

    private static List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        fleet.call("GET", path)
                .json()
                .get("items")
                .forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }
}
