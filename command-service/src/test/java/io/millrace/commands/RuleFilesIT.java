package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleFileSet;
import io.millrace.schemas.RuleFileSet.Edit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule files over the API, with engines' ops ports that we wrote. */
@Timeout(120)
class RuleFilesIT {
    private static final String TEXT = "rules: []\n";
    private static final String SEEN = RuleFileSet.revision(TEXT);
    private static final List<Edit> EDITS = new CopyOnWriteArrayList<>();
    private static final List<String> SHOWN = new CopyOnWriteArrayList<>();
    private static volatile int status = 200;
    private static volatile String answer = "";
    private static volatile Optional<String> reason = Optional.empty();
    private static volatile Optional<String> hashOfTheOther = Optional.empty();
    private static HttpServer engine;
    private static HttpServer other;
    private static Fleet fleet;
    private static String viewer;

    @BeforeAll
    static void start() throws Exception {
        engine = server();
        engine.createContext("/rules/files", exchange -> {
            SHOWN.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] sent = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")) {
                EDITS.add(Json.read(sent, Edit.class));
                answer(exchange, status, answer.getBytes(UTF_8));
            } else {
                answer(exchange, 200, Json.write(files("rules-0", "h1", reason)));
            }
        });
        other = server();
        other.createContext(
                "/rules/files",
                exchange -> answer(
                        exchange,
                        200,
                        Json.write(files(
                                "rules-1",
                                hashOfTheOther.orElse("h1"),
                                hashOfTheOther.isPresent() ? Optional.empty() : Optional.of("not here")))));
        fleet = Fleet.start(Neighbours.get()
                .newFleet()
                .override("rules.engines", address(other) + "," + address(engine))
                .override("rules.engines-token", "an-ops-token-of-16"));
        viewer = "Bearer "
                + fleet.call("POST", "/api-keys", "{\"name\":\"eve\",\"role\":\"viewer\"}")
                        .json()
                        .at("/key")
                        .asText();
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static RuleFileSet files(String instance, String hash, Optional<String> why) {
        return new RuleFileSet(instance, hash, true, why, List.of(new RuleFileSet.Item("a.rules.yaml", SEEN, TEXT)));
    }

    @AfterAll
    static void stop() {
        fleet.close();
        engine.stop(0);
        other.stop(0);
    }

    @BeforeEach
    void anEngineThatTakesEdits() {
        EDITS.clear();
        status = 200;
        answer = "{\"file\":\"a.rules.yaml\",\"revision\":\"" + SEEN + "\",\"hash\":\"h2\"}";
        reason = Optional.empty();
        hashOfTheOther = Optional.empty();
    }

    private static Fleet.Reply put(String key, String file, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/rules/files/" + file))
                .header("Authorization", key)
                .header("Content-Type", "application/yaml")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return fleet.send(request.build());
    }

    private static Fleet.Reply put(String file, String text, String... headers) {
        return put("Bearer " + fleet.key(), file, text.getBytes(UTF_8), headers);
    }

    private static void assertProblem(Fleet.Reply reply, int expected, String code) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(expected);
        assertThat(reply.json().at("/code").asText()).isEqualTo(code);
        assertThat(EDITS).isEmpty();
    }

    @Test
    void theFilesAreThoseOfTheEngineWhereTheyCanBeEdited() {
        Fleet.Reply reply = fleet.callWith(viewer, "GET", "/rules/files", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().at("/editable").asBoolean()).isTrue();
        assertThat(reply.json().at("/hash").asText()).isEqualTo("h1");
        assertThat(reply.json().has("reason")).isFalse();
        assertThat(reply.json().at("/items/0/file").asText()).isEqualTo("a.rules.yaml");
        assertThat(reply.json().at("/items/0/revision").asText()).isEqualTo(SEEN);
        assertThat(reply.json().at("/items/0/text").asText()).isEqualTo(TEXT);
        assertThat(SHOWN).containsOnly("Bearer an-ops-token-of-16");
    }

    @Test
    void anEditGoesThereWithWhoMadeItAndIsInTheAuditLog() {
        Fleet.Reply changed = put("a.rules.yaml", "rules: [] # ü\n", "If-Match", "\"" + SEEN + "\"");
        assertThat(changed.status()).as(changed.json().toString()).isEqualTo(200);
        assertThat(changed.json().at("/hash").asText()).isEqualTo("h2");
        assertThat(put("new.rules.yaml", TEXT, "If-None-Match", "*").status()).isEqualTo(200);
        assertThat(fleet.callWith(
                                "Bearer " + fleet.key(),
                                "DELETE",
                                "/rules/files/a.rules.yaml",
                                "",
                                "If-Match",
                                "\"" + SEEN + "\"")
                        .status())
                .isEqualTo(200);
        assertThat(EDITS)
                .containsExactly(
                        new Edit("a.rules.yaml", Optional.of("rules: [] # ü\n"), Optional.of(SEEN), "test"),
                        new Edit("new.rules.yaml", Optional.of(TEXT), Optional.empty(), "test"),
                        new Edit("a.rules.yaml", Optional.empty(), Optional.of(SEEN), "test"));
        assertThat(fleet.call("GET", "/audit").json().at("/items").toString())
                .contains("rules/files/new.rules.yaml", "putRuleFile", "deleteRuleFile");
    }

    @Test
    void whoMayNotAndWhatCannotBeGoesToNoEngine() {
        assertProblem(put(viewer, "a.rules.yaml", TEXT.getBytes(UTF_8), "If-None-Match", "*"), 403, "forbidden");
        assertProblem(put("Bearer x", "a.rules.yaml", new byte[0]), 401, "unauthenticated");
        assertProblem(put("a.rules.yaml", TEXT), 428, "precondition-required");
        assertProblem(fleet.call("DELETE", "/rules/files/a.rules.yaml"), 428, "precondition-required");
        assertProblem(put("a.rules.yaml", TEXT, "If-Match", "*"), 400, "invalid-field");
        assertProblem(put("a.rules.yaml", TEXT, "If-Match", "W/\"" + SEEN + "\""), 400, "invalid-field");
        assertProblem(
                put("a.rules.yaml", TEXT, "If-Match", "\"" + SEEN + "\"", "If-None-Match", "*"), 400, "invalid-field");
        assertProblem(put("a.rules.yaml", "x".repeat(300_000), "If-None-Match", "*"), 413, "too-large");
        assertProblem(put("a.rules.yaml", "", "If-None-Match", "*"), 400, "invalid-body");
        assertProblem(
                put("Bearer " + fleet.key(), "a.rules.yaml", new byte[] {'a', (byte) 0xff}, "If-None-Match", "*"),
                400,
                "invalid-body");
        for (String name : List.of(
                "a.txt", ".a.yaml", "%2e%2e%2fa.yaml", "..%5ca.yaml", "a%00.yaml", "a%0a.yaml", "%3Cb%3E.yaml")) {
            Fleet.Reply reply = put(name, TEXT, "If-None-Match", "*");
            assertThat(reply.status()).as(name + reply.json()).isIn(400, 404);
        }
        assertThat(EDITS).isEmpty();
    }

    @Test
    void whereTheyCannotBeEditedTheReasonIsTold() {
        reason = Optional.of("they are in a ConfigMap");
        Fleet.Reply reply = fleet.call("GET", "/rules/files");
        assertThat(reply.json().at("/editable").asBoolean()).isFalse();
        assertProblem(put("a.rules.yaml", TEXT, "If-None-Match", "*"), 409, "rules-not-editable");

        reason = Optional.empty();
        hashOfTheOther = Optional.of("h9");
        Fleet.Reply two = put("a.rules.yaml", TEXT, "If-None-Match", "*");
        assertProblem(two, 409, "rules-not-editable");
        assertThat(two.json().at("/detail").asText()).contains("rules-0", "rules-1");
    }

    @Test
    void whatAnEngineRefusesIsToldInItsWords() {
        status = 422;
        answer = "{\"code\":\"rules-wrong\",\"detail\":\"mistakes\",\"problems\":[{\"line\":3,\"message\":\"no\"}]}";
        Fleet.Reply wrong = put("a.rules.yaml", TEXT, "If-None-Match", "*");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.http().headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(wrong.json().at("/problems/0/line").asInt()).isEqualTo(3);
        assertThat(wrong.json().at("/code").asText()).isEqualTo("rules-wrong");

        status = 412;
        answer = "{\"code\":\"changed-meanwhile\",\"detail\":\"it has\"}";
        assertThat(put("a.rules.yaml", TEXT, "If-None-Match", "*").status()).isEqualTo(412);

        status = 401;
        answer = "{\"code\":\"unauthorized\",\"detail\":\"expected the token\"}";
        Fleet.Reply ours = put("a.rules.yaml", TEXT, "If-None-Match", "*");
        assertThat(ours.status()).isEqualTo(503);
        assertThat(ours.json().at("/code").asText()).isEqualTo("no-rule-engine");
        assertThat(ours.json().toString()).doesNotContain("an-ops-token");
    }
}
