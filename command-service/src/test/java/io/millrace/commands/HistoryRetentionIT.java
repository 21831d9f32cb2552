package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.runtime.config.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is older than it is to be kept goes, at every start and every hour. */
@Timeout(120)
class HistoryRetentionIT {
    private static final String OLD_DAY =
            "telemetry_" + LocalDate.now(ZoneOffset.UTC).minusDays(40).format(DateTimeFormatter.BASIC_ISO_DATE);

    @Test
    void oldDaysAreDroppedAndStraysRemoved() throws SQLException {
        Settings.Builder settings = Neighbours.get().newFleet();
        try (Fleet fleet = Fleet.start(settings)) {
            DatabaseConfig database = fleet.config().database();
            execute(database, """
                    create table %1$s (like telemetry including all);
                    alter table telemetry attach partition %1$s for values
                        from (date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '40 days')
                        to (date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '39 days');
                    insert into telemetry (device_id, time, part, pos, body) values
                        ('old day', date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '39 days 1 second', 0, 0, '{}'),
                        ('stray', now() - interval '33 days', 0, 1, '{}'),
                        ('ahead', now() + interval '60 days', 0, 2, '{}'),
                        ('late', now() - interval '20 days', 0, 3, '{}'),
                        ('recent', now() - interval '7 hours', 0, 4, '{}'),
                        ('new', now(), 0, 5, '{}')""".formatted(OLD_DAY));
            assertThat(devices(database)).hasSize(6);

            fleet.stop(fleet.service());
            fleet.addService();
            await().untilAsserted(() -> assertThat(devices(database)).containsExactly("late", "new", "recent"));
            assertThat(texts(database, "select relname from pg_class where relname = '" + OLD_DAY + "'"))
                    .isEmpty();

            fleet.stop(fleet.service());
            settings.override("history.retention", "6h");
            fleet.addService();
            await().untilAsserted(() ->
                    assertThat(devices(database)).as("kept for six hours").containsExactly("new"));
        }
    }

    private static List<String> devices(DatabaseConfig database) throws SQLException {
        return texts(database, "select device_id from telemetry order by 1");
    }

    private static List<String> texts(DatabaseConfig database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private static void execute(DatabaseConfig database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(DatabaseConfig database) throws SQLException {
        return DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
    }
}
