package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.store.Database;
import io.millrace.commands.store.StateStore;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gateways get to know of devices and keys, through the compacted topics. */
@Timeout(60)
class RegistryIT {
    private static final byte[] TOMBSTONE = new byte[0];
    private static Fleet fleet;
    private static TopicReader registry;
    private static TopicReader keys;
    private static final Map<String, byte[]> KNOWN = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        registry = TopicReader.table(
                "registry", fleet.kafka(), fleet.topics().deviceRegistry(), RegistryIT::remember, new Health());
        keys = TopicReader.table(
                "keys", fleet.kafka(), fleet.topics().accessKeys(), RegistryIT::remember, new Health());
        registry.start();
        keys.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        keys.close();
        fleet.close();
    }

    private static void remember(ConsumerRecord<byte[], byte[]> record) {
        KNOWN.put(
                new String(record.key(), StandardCharsets.UTF_8), record.value() == null ? TOMBSTONE : record.value());
    }

    @Test
    void gatewaysLearnOfEveryChangeOfADevice() {
        String secret = fleet.service()
                .firstAccess()
                .createDeviceIfAbsent(new DeviceId("dev-1"), Optional.of("sensor"), Map.of("site", "a"))
                .orElseThrow();
        await().untilAsserted(() -> {
            DeviceRecord record = device("dev-1");
            assertThat(record.type()).contains("sensor");
            assertThat(record.labels()).containsEntry("site", "a");
            assertThat(record.secrets()).singleElement().matches(digest -> digest.matches(secret));
        });

        String rotated =
                fleet.call("POST", "/devices/dev-1/secret").json().get("secret").asText();
        await().untilAsserted(() ->
                assertThat(device("dev-1").secrets()).singleElement().matches(digest -> digest.matches(rotated)));
        fleet.call("PATCH", "/devices/dev-1", "{\"enabled\":false}");
        await().untilAsserted(() -> assertThat(device("dev-1").enabled()).isFalse());
        fleet.call("DELETE", "/devices/dev-1");
        await().untilAsserted(() -> assertThat(KNOWN.get("dev-1")).isEqualTo(TOMBSTONE));
    }

    @Test
    void gatewaysLearnOfKeysAndOfTheirEnd() {
        String key = fleet.service()
                .firstAccess()
                .createApiKeyIfAbsent("mqtt", Role.OPERATOR)
                .orElseThrow();
        String id = key.split("_")[1];
        await().untilAsserted(() -> {
            AccessKeyRecord record = Json.read(KNOWN.getOrDefault(id, TOMBSTONE), AccessKeyRecord.class);
            assertThat(record.name()).isEqualTo("mqtt");
            assertThat(record.role()).isEqualTo(Role.OPERATOR);
            assertThat(record.digest().matches(key)).isTrue();
        });
        fleet.call("DELETE", "/api-keys/" + id);
        await().untilAsserted(() -> assertThat(KNOWN.get(id)).isEqualTo(TOMBSTONE));
    }

    @Test
    void aFirstStartsThingsAreMadeOnce() {
        FirstAccess access = fleet.service().firstAccess();
        assertThat(access.createDeviceIfAbsent(new DeviceId("demo"), Optional.empty(), Map.of(), "a secret"))
                .isTrue();
        assertThat(access.createDeviceIfAbsent(new DeviceId("demo"), Optional.empty(), Map.of()))
                .isEmpty();
        assertThat(access.createApiKeyIfAbsent("demo", Role.OPERATOR)).isPresent();
        assertThat(access.createApiKeyIfAbsent("demo", Role.OPERATOR)).isEmpty();
        assertThat(access.madeUpAdminPassword()).isEmpty();
    }

    @Test
    void aSeenDeviceIsOnNoTopicUntilSomebodyRegistersIt() {
        FakeGateway gateway = fleet.gateway(0);
        gateway.openReady("stray");
        fleet.awaitPresence("stray", true, true);
        assertThat(KNOWN).doesNotContainKey("stray");

        assertThat(fleet.call("PATCH", "/devices/stray", "{\"labels\":{\"site\":\"b\"}}")
                        .json()
                        .get("registered")
                        .asBoolean())
                .isTrue();
        await().untilAsserted(() -> assertThat(device("stray").labels()).isEqualTo(Map.of("site", "b")));
        assertThat(List.copyOf(device("stray").secrets())).isEmpty();
    }

    @Test
    void aDeletedDeviceDoesNotComeBackWithTheEndOfItsSession() {
        FakeGateway gateway = fleet.gateway(1);
        String device = fleet.device("deleted-while-connected");
        FakeGateway.Session session = gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        assertThat(fleet.call("DELETE", "/devices/" + device).status()).isEqualTo(204);

        gateway.close(session);
        await().during(Duration.ofSeconds(2))
                .until(() -> fleet.call("GET", "/devices/" + device).status() == 404);
    }

    @Test
    void whatADeletedDeviceSaidBeforeDoesNotBringItBackWhatItSaysLaterDoes() {
        String device = fleet.device("deleted-with-readings-on-the-way");
        assertThat(fleet.call("DELETE", "/devices/" + device).status()).isEqualTo(204);
        FakeGateway gateway = fleet.gateway(3);
        gateway.send(reading(device, Instant.now().minusSeconds(60)));
        gateway.send(reading("another", Instant.now()));
        await().until(() -> fleet.call("GET", "/devices/another").status() == 200);
        assertThat(fleet.call("GET", "/devices/" + device).status()).isEqualTo(404);

        gateway.send(reading(device, Instant.now().plusSeconds(30)));
        await().until(() -> fleet.call("GET", "/devices/" + device).status() == 200);
        assertThat(fleet.call("GET", "/devices/" + device)
                        .json()
                        .get("registered")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void whatADeviceSaysWhileItIsDeletedLeavesNothing() {
        Vertx vertx = Vertx.vertx();
        Database database = new Database(vertx, fleet.config().database());
        StateStore states = new StateStore(database);
        Instant now = Instant.now();
        var reported = new StateStore.Reported(
                Json.mapper().createObjectNode().put("t", 1),
                Json.mapper().createObjectNode().put("t", now.toString()),
                Optional.of(now));
        assertLeavesNothing(
                vertx,
                database,
                states,
                "telling",
                connection -> states.insert(
                        connection,
                        List.of(new StateStore.Values("telling", "{\"t\":1}", "{\"t\":\"" + now + "\"}", now))));
        assertLeavesNothing(
                vertx,
                database,
                states,
                "reporting",
                connection -> states.putReported(connection, Map.of("reporting", reported)));
        result(vertx.close());
    }

    private static void assertLeavesNothing(
            Vertx vertx,
            Database database,
            StateStore states,
            String device,
            Function<SqlConnection, Future<Void>> word) {
        fleet.device(device);
        CompletableFuture<Integer> deletion = new CompletableFuture<>();
        result(database.transaction(connection -> word.apply(connection).compose(written -> {
            var unused = deletion.completeAsync(
                    () -> fleet.call("DELETE", "/devices/" + device).status());
            return vertx.<Void>executeBlocking(() -> {
                await().until(() -> deletion.isDone() || somebodyWaits());
                return null;
            });
        })));
        assertThat(deletion).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(204);
        assertThat(result(states.find(new DeviceId(device)))).isEmpty();
    }

    /** The deletion waits for somebody. */
    private static boolean somebodyWaits() throws SQLException {
        var config = fleet.config().database();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + config.url(), config.user(), config.password());
                ResultSet found = connection
                        .createStatement()
                        .executeQuery("select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database())")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static ProducerRecord<byte[], byte[]> reading(String device, Instant at) {
        // All in one partition: they are read in order.
        return new ProducerRecord<>(
                fleet.topics().telemetry(),
                0,
                at.toEpochMilli(),
                device.getBytes(StandardCharsets.UTF_8),
                "{\"t\":1}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTopicThatSaysSomethingElseThanTheDatabaseIsPutRight() {
        String device = fleet.device("written-again");
        await().until(() -> KNOWN.containsKey(device));
        FakeGateway gateway = fleet.gateway(3);
        gateway.send(new ProducerRecord<>(
                fleet.topics().deviceRegistry(),
                "never-entered".getBytes(StandardCharsets.UTF_8),
                Json.write(device(device))));
        gateway.send(
                new ProducerRecord<>(fleet.topics().deviceRegistry(), device.getBytes(StandardCharsets.UTF_8), null));
        gateway.send(new ProducerRecord<>(
                fleet.topics().accessKeys(), "nobodys".getBytes(StandardCharsets.UTF_8), new byte[] {'{', '}'}));
        await().until(() ->
                KNOWN.containsKey("never-entered") && KNOWN.containsKey("nobodys") && KNOWN.get(device) == TOMBSTONE);

        Fleet.Reply reply = fleet.call("POST", "/devices/republish");
        assertThat(reply.status()).isEqualTo(200);
        String last = new String(reply.http().body(), StandardCharsets.UTF_8)
                .lines()
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(last).contains("\"done\":true", "\"tombstones\":2");
        await().untilAsserted(() -> {
            assertThat(KNOWN.get("never-entered")).isEqualTo(TOMBSTONE);
            assertThat(KNOWN.get("nobodys")).isEqualTo(TOMBSTONE);
            assertThat(device(device).secrets()).hasSize(1);
        });
    }

    @Test
    void allThatWaitsForADeviceIsRejectedWithItHoweverMuchItIs() {
        FakeGateway gateway = fleet.gateway(2);
        String device = fleet.device("disabled-with-a-long-queue");
        for (int i = 0; i <= 1_001; i++) {
            var unused = gateway.send(Fleet.byRule("long-queue-" + i, device, "C", Duration.ofHours(1))
                    .toRecord(fleet.topics()));
        }
        fleet.awaitStatus("long-queue-1001", "queued");

        fleet.call("PATCH", "/devices/" + device, "{\"enabled\":false}");
        fleet.awaitStatus("long-queue-0", "rejected");
        fleet.awaitStatus("long-queue-1001", "rejected");
    }

    private static DeviceRecord device(String id) {
        return Json.read(KNOWN.getOrDefault(id, TOMBSTONE), DeviceRecord.class);
    }
}
