package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.commands.Fleet.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Commands of the whole fleet by the ten thousand, several windows of them: all that fit are found once, the newest first. With
 * {@code -Dmillrace.commands=1000000} it says how long pages of so many take.
 */
@Timeout(300)
class CommandListIT {
    private static final int MANY = Integer.getInteger("millrace.commands", 24_000);
    private static final int DEVICES = 100;
    private static final Instant BEGIN =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(20));
    private static Fleet fleet;

    /** One a second from {@link #BEGIN} on, the device's turn by its number; none of them is anything that a sweep looks at. */
    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        String lines = IntStream.range(0, DEVICES)
                .mapToObj(i -> "{\"id\":\"" + device(i) + "\",\"type\":\"" + (i < 3 ? "pump" : "sensor")
                        + "\",\"labels\":{\"site\":\"" + (i % 2 == 0 ? "a" : "b") + "\"}}")
                .collect(Collectors.joining("\n"));
        Reply imported = fleet.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/devices/import"))
                .header("Authorization", "Bearer " + fleet.key())
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build());
        assertThat(imported.status()).isEqualTo(200);
        DatabaseConfig database = fleet.config().database();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    insert into commands (id, device_id, payload, origin, requested_by, qos, chain, status, attempt, created_at,
                        accepted_at, expires_at)
                    select 'c-' || i, 'd-' || lpad((i %% %1$d)::text, 3, '0'), 'A', 'api', 'test', 1, 0,
                        case when i %% 1000 = 7 then 'failed' when i %% 500 = 3 then 'queued' when i %% 3 = 0 then 'delivered'
                            else 'succeeded' end,
                        1, at, at, now() + interval '20 days'
                    from (select i, timestamptz '%2$s' + i * interval '1 second' as at from generate_series(0, %3$d) i) c order by i
                    """.formatted(DEVICES, BEGIN, MANY - 1));
            statement.execute("analyze commands");
        }
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static String device(int i) {
        return String.format(java.util.Locale.ROOT, "d-%03d", i);
    }

    private static String status(int i) {
        return i % 1000 == 7 ? "failed" : i % 500 == 3 ? "queued" : i % 3 == 0 ? "delivered" : "succeeded";
    }

    @Test
    void whateverIsAskedForAllThatFitsIsFoundOnceTheNewestFirst() {
        assertFound("status=failed", i -> status(i).equals("failed"));
        assertFound("status=queued", i -> status(i).equals("queued"));
        assertFound("status=sent", i -> false);
        assertFound("status=expired", i -> false);
        assertFound("device=d-042", i -> i % DEVICES == 42);
        assertFound(
                "device=d-042&status=delivered",
                i -> i % DEVICES == 42 && status(i).equals("delivered"));
        assertFound("type=pump", i -> i % DEVICES < 3);
        assertFound(
                "type=pump&label=site:a&status=delivered",
                i -> (i % DEVICES == 0 || i % DEVICES == 2) && status(i).equals("delivered"));
        assertFound(
                "type=sensor&label=site:b&status=failed",
                i -> i % DEVICES > 2 && i % 2 == 1 && status(i).equals("failed"));
        assertFound(
                "type=sensor&label=site:a&status=queued",
                i -> i % DEVICES > 2 && i % 2 == 0 && status(i).equals("queued"));
        assertFound("label=site:a&from=" + at(MANY - 2_000), i -> i % 2 == 0 && i >= MANY - 2_000);
        assertFound("label=site:nowhere", i -> false);
        assertFound("type=nothing", i -> false);
        assertFound("from=" + at(MANY - 500), i -> i >= MANY - 500);
        assertFound("from=" + at(300) + "&to=" + at(900), i -> i >= 300 && i < 900);
        assertFound("to=" + at(300), i -> i < 300);
        assertFound(
                "device=d-042&from=" + at(5_000) + "&to=" + at(9_000),
                i -> i % DEVICES == 42 && i >= 5_000 && i < 9_000);
        assertFound("type=pump&to=" + at(9_000), i -> i % DEVICES < 3 && i < 9_000);
        assertFound("status=failed&to=" + at(9_000), i -> status(i).equals("failed") && i < 9_000);
        assertFound(
                "label=site:b&status=delivered&to=" + at(15_000) + "&from=" + at(12_000),
                i -> i % 2 == 1 && status(i).equals("delivered") && i >= 12_000 && i < 15_000);
    }

    private static Instant at(int i) {
        return BEGIN.plusSeconds(i);
    }

    private static void assertFound(String query, IntPredicate fits) {
        long begin = System.nanoTime();
        List<String> found = new ArrayList<>();
        int pages = 0;
        String cursor = "";
        do {
            JsonNode page = page(query + cursor);
            page.get("items").forEach(item -> found.add(item.get("commandId").asText()));
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
            pages++;
        } while (!cursor.isEmpty());
        if (MANY >= 100_000) {
            System.out.printf(
                    "%-88s %,9d found, %,6d pages, %.1f ms each%n",
                    query, found.size(), pages, (System.nanoTime() - begin) / 1e6 / pages);
        }
        assertThat(found)
                .as(query)
                .isEqualTo(IntStream.iterate(MANY - 1, i -> i >= 0, i -> i - 1)
                        .filter(fits)
                        .mapToObj(i -> "c-" + i)
                        .toList());
    }

    private static JsonNode page(String query) {
        Reply reply = fleet.call("GET", "/commands?" + (query.startsWith("limit") ? "" : "limit=200&") + query);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.json();
    }

    @Test
    void theNewestStandsFirstAndShowsWhatEveryCommandShows() {
        JsonNode first = page("limit=1").get("items").get(0);
        assertThat(first.get("commandId").asText()).isEqualTo("c-" + (MANY - 1));
        assertThat(first.get("deviceId").asText()).isEqualTo(device((MANY - 1) % DEVICES));
        assertThat(first.at("/cause/user").asText()).isEqualTo("test");
    }

    @Test
    void whatCannotBeAskedForIsNamed() {
        assertRefused("status=lost", "status");
        assertRefused("device=no%20id", "device");
        assertRefused("from=yesterday", "from");
        assertRefused("to=-1y", "to");
        assertRefused("from=-1h&to=-2h", "from");
        assertRefused("from=%2B999999999-01-01T00:00:00Z", "from");
        assertRefused("label=site", "label");
        assertRefused("limit=0", "limit");
        assertRefused("cursor=nonsense", "cursor");
        assertRefused("cursor=" + cursor("yesterday\n1"), "cursor");
        assertRefused("cursor=" + cursor(BEGIN + "\n-1"), "cursor");
        assertRefused("cursor=" + cursor("+999999999-01-01T00:00:00Z\n1"), "cursor");
    }

    private static String cursor(String text) {
        return java.util.Base64.getUrlEncoder()
                .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .replace("=", "%3D");
    }

    private static void assertRefused(String query, String field) {
        Reply reply = fleet.call("GET", "/commands?" + query);
        assertThat(reply.status()).as(query + " " + reply.json()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).as(query).startsWith(field);
    }
}
