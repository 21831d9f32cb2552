package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices by the thousand: in by one upload, found again by whatever one asks for, out by one download. */
@Timeout(120)
class LargeRegistryIT {
    private static final int MANY = 7_000;
    private static Fleet fleet;
    private static TopicReader registry;
    private static final Map<String, byte[]> KNOWN = new ConcurrentHashMap<>();
    private static List<String> answer = List.of();

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        registry = TopicReader.table(
                "registry", fleet.kafka(), fleet.topics().deviceRegistry(), LargeRegistryIT::remember, new Health());
        registry.start();
        answer = importLines(
                IntStream.range(0, MANY).mapToObj(LargeRegistryIT::line).toList(), "");
        FakeGateway gateway = fleet.gateway(0);
        IntStream.range(0, 40).forEach(i -> gateway.openReady(id(i * 170)));
        fleet.awaitPresence(id(39 * 170), true, true);
    }

    @AfterAll
    static void stop() {
        registry.close();
        fleet.close();
    }

    private static void remember(ConsumerRecord<byte[], byte[]> record) {
        KNOWN.put(new String(record.key(), UTF_8), record.value() == null ? new byte[0] : record.value());
    }

    /** In an order of their own, half of them in capitals. */
    private static String id(int i) {
        String hex = String.format(Locale.ROOT, "%06x", i * 7919 % 0xffffff);
        return "many-" + (i % 2 == 0 ? hex : hex.toUpperCase(Locale.ROOT));
    }

    private static String line(int i) {
        return "{\"id\":\"" + id(i) + "\",\"type\":\"" + (i % 700 == 0 ? "rare" : "common")
                + "\",\"labels\":{\"site\":\"s" + i % 50 + "\",\"floor\":" + i % 3 + "}}";
    }

    @Test
    void everyLineOfAnUploadIsADeviceThatGatewaysKnowByItsSecret() {
        JsonNode summary = last(answer).get("summary");
        assertThat(summary.get("created").asInt()).as(last(answer).toString()).isEqualTo(MANY);
        assertThat(summary.get("failed").asInt()).isZero();
        assertThat(answer).hasSize(MANY + 1);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> KNOWN.keySet().stream()
                                .filter(id -> id.startsWith("many-"))
                                .count()
                        == MANY);
        for (String line : List.of(answer.get(0), answer.get(MANY - 1))) {
            JsonNode given = json(line);
            DeviceRecord record =
                    Json.read(KNOWN.getOrDefault(given.get("id").asText(), new byte[0]), DeviceRecord.class);
            assertThat(record.secrets())
                    .singleElement()
                    .matches(digest -> digest.matches(given.get("secret").asText()));
            assertThat(record.labels()).containsKeys("site", "floor");
        }
    }

    @Test
    void whateverIsAskedForAllThatFitsIsFoundOnceOverAllPages() {
        assertFound("type=rare", i -> i % 700 == 0);
        assertFound("type=common&label=floor:1", i -> i % 700 != 0 && i % 3 == 1);
        assertFound("label=site:s7", i -> i % 50 == 7);
        assertFound("label=site:s7&label=floor:2", i -> i % 50 == 7 && i % 3 == 2);
        assertFound("label=site:s7&label=floor:nowhere", i -> false);
        assertFound("connected=true&q=many", i -> i % 170 == 0 && i < 40 * 170);
        assertFound("connected=false&q=many&type=rare", i -> i % 700 == 0 && !(i % 170 == 0 && i < 40 * 170));
        assertFound("q=MANY-0", i -> id(i).startsWith("many-0"));
        assertFound("q=any-0", i -> id(i).startsWith("many-0"));
        assertFound("q=abc", i -> lower(i).contains("abc"));
        assertFound("q=a4", i -> lower(i).contains("a4"));
        assertFound("q=" + id(4711), i -> i == 4711);
        assertFound("q=many&label=floor:0", i -> i % 3 == 0);
        assertFound("q=a&label=site:s3", i -> i % 50 == 3 && lower(i).contains("a"));
        assertFound("q=nothing-like-it", i -> false);
        assertFound("q=%25", i -> false);
    }

    private static String lower(int i) {
        return id(i).toLowerCase(Locale.ROOT);
    }

    private static void assertFound(String query, Predicate<? super Integer> fits) {
        List<String> expected = IntStream.range(0, MANY)
                .boxed()
                .filter(fits)
                .map(LargeRegistryIT::id)
                .toList();
        assertThat(all(query)).as(query).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> all(String query) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    fleet.call("GET", "/devices?limit=90&" + query + cursor).json();
            page.get("items").forEach(item -> ids.add(item.get("id").asText()));
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
        } while (!cursor.isEmpty());
        return ids;
    }

    @Test
    void aTextFindsFirstWhatBeginsWithIt() {
        importLines(List.of("{\"id\":\"zebra-1\"}", "{\"id\":\"a-zebra\"}", "{\"id\":\"Zebra-0\"}"), "");

        assertThat(all("q=zebra")).containsExactly("Zebra-0", "zebra-1", "a-zebra");
    }

    @Test
    void badLinesAreToldWithTheirNumbersAndStopNobody() {
        List<JsonNode> lines = importLines(
                        List.of(
                                "{\"id\":\"good-1\",\"secret\":\"given-by-hand\"}",
                                "",
                                "{\"id\":\"no spaces\"}",
                                "not json",
                                "{\"id\":\"good-2\",\"labels\":{\"site\":[]}}",
                                "{\"id\":\"half-a-character\",\"labels\":{\"site\":\"\\ud800\"}}",
                                "{\"id\":\"good-1\"}",
                                "{\"id\":\"misspelt\",\"lables\":{}}",
                                "{\"id\":\"long\",\"type\":\"" + "x".repeat(70_000) + "\"}",
                                "{\"id\":\"robert'); drop table devices;--\"}",
                                "{\"id\":\"nul\",\"type\":\"a\\u0000\"}",
                                "{\"id\":\"good-3\",\"enabled\":false}"),
                        "")
                .stream()
                .map(LargeRegistryIT::json)
                .toList();

        Map<Integer, JsonNode> errors = lines.stream()
                .filter(line -> line.has("error"))
                .collect(Collectors.toMap(line -> line.get("line").asInt(), line -> line.get("error")));
        assertThat(errors.keySet()).containsExactlyInAnyOrder(3, 4, 5, 6, 7, 8, 9, 10, 11);
        JsonNode wrongLabel = errors.getOrDefault(5, Json.mapper().nullNode());
        assertThat(wrongLabel.get("field").asText()).isEqualTo("labels.site");
        assertThat(wrongLabel.get("value").asText()).isEqualTo("[]");
        assertThat(wrongLabel.get("expected").asText()).contains("text");
        assertThat(errors.getOrDefault(7, Json.mapper().nullNode()).path("code").asText())
                .isEqualTo("device-exists");
        JsonNode summary = lines.get(lines.size() - 1).get("summary");
        assertThat(summary.get("created").asInt()).isEqualTo(2);
        assertThat(summary.get("failed").asInt()).isEqualTo(9);
        assertThat(summary.get("lines").asInt()).isEqualTo(11);
        assertThat(fleet.call("GET", "/devices/good-3").json().get("enabled").asBoolean())
                .isFalse();
        assertThat(fleet.call("GET", "/devices/good-2").status()).isEqualTo(404);
    }

    @Test
    void anImportThatIsRepeatedChangesOnlyWhatDiffers() {
        importLines(List.of("{\"id\":\"again-1\",\"secret\":\"first secret\"}", "{\"id\":\"again-2\"}"), "");

        JsonNode skipped = last(importLines(List.of("{\"id\":\"again-1\",\"type\":\"x\"}"), "?onConflict=skip"));
        assertThat(skipped.at("/summary/skipped").asInt()).isEqualTo(1);
        List<String> updated = importLines(
                List.of(
                        "{\"id\":\"again-1\",\"secret\":\"first secret\"}",
                        "{\"id\":\"again-2\",\"labels\":{\"site\":\"b\"},\"enabled\":false}",
                        "{\"id\":\"again-3\"}"),
                "?onConflict=update&secrets=none");
        assertThat(updated).hasSize(1);
        assertThat(last(updated).at("/summary/unchanged").asInt()).isEqualTo(1);
        assertThat(last(updated).at("/summary/updated").asInt()).isEqualTo(1);
        assertThat(last(updated).at("/summary/created").asInt()).isEqualTo(1);

        assertThat(revision("again-1")).isEqualTo(1);
        assertThat(revision("again-2")).isEqualTo(2);
        await().untilAsserted(() -> {
            DeviceRecord record = Json.read(KNOWN.getOrDefault("again-2", new byte[0]), DeviceRecord.class);
            assertThat(record.enabled()).isFalse();
            assertThat(record.secrets()).hasSize(1);
            assertThat(record.labels()).isEqualTo(Map.of("site", "b"));
        });
    }

    private static int revision(String id) {
        return fleet.call("GET", "/devices/" + id).json().get("revision").asInt();
    }

    @Test
    void whatIsExportedCanBeImportedAgain() {
        importLines(
                List.of(
                        "{\"id\":\"out-1\",\"labels\":{\"yard\":\"north\"},\"attributes\":{\"max\":8.5},\"config\":{\"a\":[1]},"
                                + "\"certificateFingerprints\":[\"" + "ab".repeat(32) + "\"]}"),
                "");
        List<String> lines = text(fleet.call("GET", "/devices/export?label=yard:north"));
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).doesNotContain("secret", "sha256:");

        assertThat(last(importLines(lines, "?onConflict=update"))
                        .at("/summary/unchanged")
                        .asInt())
                .isEqualTo(1);
        ObjectNode renamed = (ObjectNode) json(lines.get(0));
        renamed.put("id", "out-2");
        assertThat(last(importLines(List.of(renamed.toString()), ""))
                        .at("/summary/created")
                        .asInt())
                .isEqualTo(1);
        assertThat(fleet.call("GET", "/devices/out-2").json().at("/config/a/0").asInt())
                .isEqualTo(1);
        assertThat(text(fleet.call("GET", "/devices/export?q=many-"))).hasSize(MANY);
    }

    @Test
    void anUploadThatIsNoneIsRefusedBeforeItIsRead() {
        assertThat(upload("{}", "?onConflict=perhaps", "application/x-ndjson")
                        .json()
                        .get("field")
                        .asText())
                .isEqualTo("onConflict");
        assertThat(upload("{}", "?secrets=2", "application/x-ndjson").status()).isEqualTo(400);
        assertThat(upload("a,b", "", "text/csv").status()).isEqualTo(415);
        assertThat(json(text(upload("{\"id\":\"wants-psk\",\"psk\":true}", "", "application/x-ndjson"))
                                .get(0))
                        .at("/error/field")
                        .asText())
                .isEqualTo("psk");
    }

    private static List<String> importLines(List<String> lines, String query) {
        Reply reply = upload(String.join("\n", lines), query, "application/x-ndjson");
        assertThat(reply.status()).as(new String(reply.http().body(), UTF_8)).isEqualTo(200);
        return text(reply);
    }

    private static Reply upload(String body, String query, String type) {
        return fleet.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/devices/import" + query))
                .header("Authorization", "Bearer " + fleet.key())
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static List<String> text(Reply reply) {
        return new String(reply.http().body(), UTF_8).lines().toList();
    }

    private static JsonNode last(List<String> lines) {
        return json(lines.get(lines.size() - 1));
    }

    private static JsonNode json(String line) {
        return Json.read(line.getBytes(UTF_8), JsonNode.class);
    }
}
