package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.SecretDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database as the first version left it, with something in every table. */
@Timeout(120)
class UpgradeIT {
    private static final String KEY = "mr_abcdefghijkl_secret";

    /** Its reading stands where those without a day of their own stand, and moves. */
    @Test
    void aDatabaseOfTheFirstVersionIsBroughtHereWithAllThatIsInIt() throws SQLException {
        Settings.Builder settings = Neighbours.get().newFleet();
        firstVersion(CommandServiceConfig.of(settings.build()).database());

        try (Fleet fleet = Fleet.start(settings)) {
            FakeGateway gateway = fleet.gateway(0);

            JsonNode device = fleet.call("GET", "/devices/old").json();
            assertThat(device.path("type").asText()).isEqualTo("esp32-s3");
            assertThat(device.at("/labels/site").asText()).isEqualTo("berlin");
            assertThat(device.at("/attributes/floor").asInt()).isEqualTo(3);
            assertThat(device.at("/config/interval").asInt()).isEqualTo(10);
            assertThat(device.at("/presence/lastCloseReason").asText()).isEqualTo("client");
            assertThat(fleet.call("GET", "/devices?q=old").json().path("items")).hasSize(1);
            assertThat(fleet.call("GET", "/devices?label=site:berlin").json().path("items"))
                    .hasSize(1);

            assertThat(fleet.status("done")).isEqualTo("delivered");
            assertThat(fleet.timeline("done")).contains("queued", "delivered");
            assertThat(fleet.status("waiting")).isEqualTo("queued");
            gateway.openReady("old");
            await().untilAsserted(() ->
                    assertThat(gateway.nextDispatch("old").commandId()).isEqualTo("waiting"));

            assertThat(fleet.call("GET", "/devices/old/state")
                            .json()
                            .at("/telemetry/t/value")
                            .asInt())
                    .isEqualTo(21);
            JsonNode readings = fleet.call(
                            "GET",
                            "/devices/old/telemetry?from=" + Instant.now().minus(Duration.ofHours(2)))
                    .json();
            assertThat(readings.at("/items/0/values/t").asInt()).isEqualTo(21);

            JsonNode alerts = fleet.call("GET", "/alerts?state=firing").json();
            assertThat(alerts.at("/items/0/name").asText()).isEqualTo("Hot");

            assertThat(fleet.callWith("Bearer " + KEY, "GET", "/devices", "").status())
                    .isEqualTo(200);
            assertThat(fleet.callWith("", "POST", "/login", "{\"username\":\"ada\",\"password\":\"engine no 1\"}")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static void firstVersion(DatabaseConfig database) throws SQLException {
        Flyway.configure()
                .dataSource("jdbc:" + database.url(), database.user(), database.password())
                .locations("classpath:db/migration")
                .target("1")
                .load()
                .migrate();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into devices (id, registered, type, labels, attributes, config, secrets, created_at, updated_at)
                        values ('old', true, 'esp32-s3', '{"site":"berlin"}', '{"floor":3}', '{"interval":10}',
                            array['%s'], '2026-01-01', '2026-01-01'), ('seen', false, null, '{}', '{}', null, '{}', '2026-01-01', '2026-01-01');
                    insert into sessions (device_id, slot, incarnation, epoch, connected, ready, connected_since, closed_at, close_reason)
                        values ('old', 0, -1, -1, false, false, '2026-01-01', '2026-01-02', 'client');
                    insert into commands (id, device_id, payload, origin, qos, chain, status, attempt, created_at, accepted_at,
                            expires_at, delivered_at, finished_at)
                        values ('done', 'old', 'LED_ON', 'api', 1, 0, 'delivered', 1, now(), now(), now(), now(), null),
                            ('waiting', 'old', 'LED_OFF', 'api', 1, 0, 'queued', 0, now(), now(), now() + interval '1 hour', null, null);
                    insert into command_events (command_id, at, event, status, attempt)
                        values ('done', '2026-01-01', 'queued', 'queued', 0), ('done', '2026-01-01', 'delivered', 'delivered', 1);
                    insert into device_state (device_id, telemetry, telemetry_times, telemetry_at)
                        values ('old', '{"t":21}', '{"t":"2026-01-01T10:00:00Z"}', '2026-01-01T10:00:00Z');
                    insert into telemetry (device_id, time, part, pos, body) values ('old', now() - interval '1 minute', 0, 7, '{"t":21}');
                    insert into alerts (fingerprint, name, status, device_id, labels, annotations, rule, revision, cause, late, starts_at, updated_at)
                        values ('f1', 'Hot', 'firing', 'old', '{"alertname":"Hot"}', '{}', 'climate/hot', 'r1', 'telemetry/0/7', false, now(), now());
                    insert into users (name, password_hash, role, created_at) values ('ada', '%s', 'viewer', now());
                    insert into api_keys (id, name, role, digest, created_at, created_by)
                        values ('abcdefghijkl', 'old-key', 'viewer', '%s', now(), 'ada');
                    insert into gateways (slot, incarnation, lease_until) values (1, -1, '2026-01-01');
                    """.formatted(
                            SecretDigest.of("old secret").text(),
                            BCrypt.withDefaults().hashToString(12, "engine no 1".toCharArray()),
                            SecretDigest.of(KEY).text()));
        }
    }

    @Test
    void severalInstancesThatStartAtOnceTakeTurns() throws SQLException {
        Settings.Builder settings = Neighbours.get().newFleet();
        try (Fleet fleet = new Fleet(settings)) {
            var first = java.util.concurrent.CompletableFuture.supplyAsync(fleet::addService);
            var second = java.util.concurrent.CompletableFuture.supplyAsync(fleet::addService);
            assertThat(first).succeedsWithin(Duration.ofSeconds(60));
            assertThat(second).succeedsWithin(Duration.ofSeconds(60));
        }
    }
}
