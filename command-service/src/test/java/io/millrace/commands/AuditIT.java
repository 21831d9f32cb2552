package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.commands.access.AuditLog;
import io.millrace.commands.store.AuditStore;
import io.millrace.commands.store.AuditStore.Entry;
import io.millrace.commands.store.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has changed what, and who was not let. */
@Timeout(60)
class AuditIT {
    private static final Vertx vertx = Vertx.vertx();
    private static Fleet fleet;
    private static Database database;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        database = new Database(vertx, fleet.config().database());
    }

    @AfterAll
    static void stop() {
        result(vertx.close());
        fleet.close();
    }

    @Test
    void aChangeIsEnteredWithWhoWhatWhenAndHowItEnded() {
        Reply created = fleet.callWith(
                "Bearer " + fleet.key(),
                "POST",
                "/devices",
                "{\"id\":\"watched\",\"secret\":\"very-secret-indeed\"}",
                "X-Request-Id",
                "my-request.7");
        assertThat(created.http().headers().firstValue("X-Request-Id")).contains("my-request.7");
        fleet.call("PUT", "/devices/watched/config", "{\"interval\":5}");
        fleet.call("DELETE", "/devices/never-there");

        List<JsonNode> entries = entries("target=devices/watched");
        assertThat(entries).hasSize(2);
        JsonNode config = entries.get(0);
        assertThat(text(config, "operation")).isEqualTo("putConfig");
        assertThat(text(config, "target")).isEqualTo("devices/watched/config");
        JsonNode creation = entries.get(1);
        assertThat(text(creation, "operation")).isEqualTo("createDevice");
        assertThat(text(creation, "target")).as("what was made").isEqualTo("devices/watched");
        assertThat(text(creation, "requestId")).isEqualTo("my-request.7");
        assertThat(text(creation, "kind")).isEqualTo("api-key");
        assertThat(text(creation, "user")).isEqualTo("test");
        assertThat(text(creation, "role")).isEqualTo("admin");
        assertThat(text(creation, "address")).isEqualTo("127.0.0.1");
        assertThat(text(creation, "outcome")).isEqualTo("done");
        assertThat(creation.get("status").asInt()).isEqualTo(201);
        assertThat(Instant.parse(text(creation, "at"))).isBefore(Instant.now());
        JsonNode failed = entries("target=devices/never-there").get(0);
        assertThat(text(failed, "outcome")).isEqualTo("failed");
        assertThat(failed.get("status").asInt()).isEqualTo(404);
    }

    @Test
    void whatOnlyLooksIsNotEnteredAndACommandIsItsOwnRecord() {
        String device = fleet.device("commanded");
        fleet.call("GET", "/devices/" + device);
        fleet.send(device, "A");
        fleet.callWith("Bearer nobody", "GET", "/devices/" + device, "");
        assertThat(entries("target=devices/" + device)).isEmpty();

        fleet.callWith("Bearer nobody", "POST", "/devices/" + device + "/commands", "{\"payload\":\"A\"}");
        assertThat(entries("target=devices/" + device)).hasSize(1);
    }

    @Test
    void whoCommandsManyAtOnceIsEnteredAndSoIsWhoCallsThemOff() {
        fleet.device("of-a-batch");
        String batch = fleet.call(
                        "POST",
                        "/commands/batch",
                        "{\"payload\":\"hush-hush\",\"perSecond\":1,\"selector\":{\"ids\":[\"of-a-batch\"]}}")
                .json()
                .get("batchId")
                .asText();
        assertThat(fleet.call("DELETE", "/commands/batch/" + batch).status()).isIn(202, 409);
        assertThat(fleet.call("POST", "/commands/batch", "{\"payload\":\"A\",\"selector\":{\"ids\":[\"a\\u0000\"]}}")
                        .status())
                .isEqualTo(400);

        List<JsonNode> entries = entries("target=commands/batch/" + batch);
        assertThat(entries).extracting(entry -> text(entry, "operation")).containsExactly("cancelBatch", "sendBatch");
        assertThat(entries).allMatch(entry -> text(entry, "user").equals("test"));
        assertThat(entries.get(1).get("status").asInt()).isEqualTo(202);
        assertThat(entries.toString()).doesNotContain("hush-hush");
    }

    @Test
    void whoMayNotIsEnteredToo() {
        String key = fleet.call("POST", "/api-keys", "{\"name\":\"curious\",\"role\":\"viewer\"}")
                .json()
                .get("key")
                .asText();
        assertThat(fleet.callWith("Bearer " + key, "DELETE", "/users/admin", "").status())
                .isEqualTo(403);
        assertThat(fleet.callWith("Bearer mr_abcdefghijkl_made-up", "DELETE", "/users/admin", "")
                        .status())
                .isEqualTo(401);

        List<JsonNode> entries = entries("operation=deleteUser");
        assertThat(entries).allMatch(entry -> text(entry, "outcome").equals("refused"));
        assertThat(entries.stream().map(entry -> entry.path("user").asText())).containsExactly("", "curious");
        assertThat(text(entries.get(0), "kind")).isEqualTo("nobody");
    }

    @Test
    void loginsAreEnteredAndTheirNamesOnlyIfTheyAreSomebodys() {
        login("admin", "correct horse");
        login("admin", "wrong horse");
        login("my-secret-typed-too-early", "wrong horse");

        List<JsonNode> entries = entries("operation=login");
        assertThat(entries.stream().map(entry -> entry.path("user").asText() + " " + text(entry, "outcome")))
                .containsExactly(" refused", "admin refused", "admin done");
    }

    @Test
    void noSecretIsInTheLog() {
        fleet.call("POST", "/users", "{\"username\":\"quiet\",\"password\":\"pass-phrase-1\",\"role\":\"viewer\"}");
        fleet.call("PATCH", "/users/quiet", "{\"password\":\"pass-phrase-2\"}");
        JsonNode key = fleet.call("POST", "/api-keys", "{\"name\":\"silent\",\"role\":\"viewer\"}")
                .json();
        login("quiet", "pass-phrase-2");

        String all = entries("limit=1000").toString();
        assertThat(all).contains("users/quiet").contains("api-keys/" + text(key, "id"));
        assertThat(all).doesNotContain("pass-phrase").doesNotContain(text(key, "key"));
    }

    @Test
    void theStartThatMadeTheAdminIsEntered() {
        assertThat(entries("target=users/admin&operation=createUser"))
                .singleElement()
                .satisfies(entry -> assertThat(text(entry, "kind")).isEqualTo("system"));
    }

    @Test
    void whatWasUnderWayWhenTheProcessDiedSaysSo() {
        AuditStore store = new AuditStore(database);
        result(store.append(entry("r1", Instant.now(), "devices/half-done"), Optional.empty(), 1));

        assertThat(entries("target=devices/half-done"))
                .singleElement()
                .satisfies(entry -> assertThat(text(entry, "outcome")).isEqualTo("unknown"))
                .satisfies(entry -> assertThat(entry.has("status")).isFalse());
    }

    @Test
    void entriesAreFoundByTimeAndComeInPages() {
        AuditStore store = new AuditStore(database);
        Instant day = Instant.parse("2020-02-02T00:00:00Z");
        for (int i = 0; i < 5; i++) {
            result(store.append(entry("page" + i, day.plusSeconds(i), "devices/old"), Optional.of(200), 1));
        }
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = fleet.call(
                            "GET", "/audit?from=2020-02-02T00:00:00Z&to=2020-02-02T00:00:04Z&limit=2" + cursor)
                    .json();
            page.get("items").forEach(item -> ids.add(text(item, "requestId")));
            cursor = page.has("nextCursor") ? "&cursor=" + text(page, "nextCursor") : "";
        } while (!cursor.isEmpty());
        assertThat(ids).containsExactly("page3", "page2", "page1", "page0");
        assertThat(entries("target=devices/ol"))
                .as("a part of a name is another device")
                .isEmpty();

        assertThat(result(store.deleteOld(Instant.parse("2021-01-01T00:00:00Z"))))
                .isEqualTo(5);
        assertThat(entries("target=devices/old")).isEmpty();
    }

    @Test
    void strangersDoNotFillTheLogButAreCounted() {
        AuditLog log = new AuditLog(vertx, new AuditStore(database), Clock.systemUTC(), Duration.ofMillis(500));
        AuditLog.Origin origin = new AuditLog.Origin("flood", "203.0.113.1");
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(log.refused(log.entry(Optional.empty(), origin, "deleteDevice", "devices/flooded"), 401));
        }
        all.forEach(AuditIT::result);

        assertThat(entries("target=devices/flooded")).hasSize(60);
        await().untilAsserted(() -> assertThat(entries("operation=refused"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.get("count").asInt()).isEqualTo(40)));
        result(log.refused(log.entry(Optional.empty(), origin, "deleteDevice", "devices/flooded"), 401));
        assertThat(entries("target=devices/flooded")).as("the next minute").hasSize(61);
    }

    private static Entry entry(String requestId, Instant at, String target) {
        return new Entry(
                at, requestId, "user", Optional.of("ada"), Optional.of("admin"), "::1", "deleteDevice", target);
    }

    private static void login(String username, String password) {
        fleet.callWith("", "POST", "/login", "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}");
    }

    private static List<JsonNode> entries(String query) {
        Reply reply = fleet.call("GET", "/audit?" + query);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        List<JsonNode> entries = new ArrayList<>();
        reply.json().get("items").forEach(entries::add);
        return entries;
    }

    private static String text(JsonNode json, String field) {
        return json.get(field).asText();
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
