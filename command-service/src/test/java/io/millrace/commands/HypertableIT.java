package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.config.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The history in TimescaleDB, which the embedded PostgreSQL has not: {@code -Dmillrace.timescaledb=postgresql://user:password@host:port}
 * names a server that has it, on which databases may be made. It is skipped without.
 */
@Timeout(120)
class HypertableIT {
    private static final String SERVER = System.getProperty("millrace.timescaledb", "");
    private static final String CHUNKS =
            "select chunk_name::text from timescaledb_information.chunks where hypertable_name = 'telemetry'";

    @Test
    void anEmptyHistoryBecomesAHypertableAndDropsChunks() throws SQLException {
        assumeTrue(
                !SERVER.isEmpty(),
                "no PostgreSQL with TimescaleDB (-Dmillrace.timescaledb=postgresql://user:password@host:port)");
        String name = "millrace_" + System.nanoTime();
        List<String> nothing = texts("postgres", "create database " + name);
        nothing.addAll(texts(name, "create extension timescaledb"));
        assertThat(nothing).isEmpty();
        Settings.Builder settings = Neighbours.get()
                .newFleet()
                .override("database.url", SERVER.replaceFirst("//.*@", "//") + "/" + name)
                .override("database.user", userInfo()[0])
                .override("database.password", userInfo()[1]);
        try (Fleet fleet = Fleet.start(settings)) {
            FakeGateway gateway = fleet.gateway(0);
            Instant now = Instant.now();
            telemetry(fleet, gateway, now.minus(Duration.ofDays(9)), "{\"t\":1}");
            telemetry(fleet, gateway, now, "{\"t\":2}");
            String path = "/devices/meter/telemetry?from=-10d";
            await().untilAsserted(() ->
                    assertThat(fleet.call("GET", path).json().path("items")).hasSize(2));
            assertThat(texts(name, CHUNKS)).as("one for each day").hasSize(2);
            double sum = 0;
            for (JsonNode bucket :
                    fleet.call("GET", path + "&every=1d&aggregate=sum").json().path("items")) {
                sum += bucket.at("/values/t/sum").asDouble();
            }
            assertThat(sum).isEqualTo(3);

            texts(name, """
                    insert into telemetry (device_id, time, part, pos, body) values
                        ('old day', now() - interval '40 days', 0, 0, '{}'), ('ahead', now() + interval '60 days', 0, 1, '{}'),
                        ('recent', now() - interval '7 hours', 0, 2, '{}')""");
            fleet.stop(fleet.service());
            fleet.addService();
            await().untilAsserted(() -> assertThat(devices(name)).containsExactly("meter", "meter", "recent"));

            fleet.stop(fleet.service());
            settings.override("history.retention", "6h");
            fleet.addService();
            await().untilAsserted(() ->
                    assertThat(devices(name)).as("kept for six hours").containsExactly("meter"));
        } finally {
            texts("postgres", "drop database " + name + " with (force)");
        }
    }

    private static void telemetry(Fleet fleet, FakeGateway gateway, Instant at, String json) {
        var unused = gateway.send(new ProducerRecord<>(
                fleet.topics().telemetry(), null, at.toEpochMilli(), "meter".getBytes(UTF_8), json.getBytes(UTF_8)));
    }

    private static List<String> devices(String database) throws SQLException {
        return texts(database, "select device_id from telemetry order by 1");
    }

    private static String[] userInfo() {
        return SERVER.replaceFirst(".*//", "").replaceFirst("@.*", "").split(":", 2);
    }

    private static List<String> texts(String database, String sql) throws SQLException {
        String url = "jdbc:" + SERVER.replaceFirst("//.*@", "//") + "/" + database;
        try (Connection connection = DriverManager.getConnection(url, userInfo()[0], userInfo()[1]);
                Statement statement = connection.createStatement()) {
            List<String> found = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }
}
