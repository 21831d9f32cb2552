package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.Migrations;
import io.millrace.commands.store.PlannerStatistics;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlannerStatisticsIT {
    private static final String GROW = """
            insert into devices (id, registered, created_at, updated_at)
            select 'd-' || n, true, now(), now() from generate_series(%d, %d) n""";

    @Test
    void aTableThatHasGrownIsAnalysedOnceAndAgainWhenItHasDoubled() throws SQLException {
        DatabaseConfig config =
                CommandServiceConfig.of(Neighbours.get().newFleet().build()).database();
        new Migrations(config).run();
        Vertx vertx = Vertx.vertx();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + config.url(), config.user(), config.password());
                Statement sql = connection.createStatement()) {
            // As if autovacuum were slow; this is about what the service does.
            sql.execute("alter table devices set (autovacuum_enabled = off)");
            PlannerStatistics statistics = new PlannerStatistics(new Database(vertx, config));

            sql.execute(GROW.formatted(1, 1_500));
            await().until(() -> knownRows(statistics, sql) == 1_500);
            await().until(() -> refreshed(statistics) == 0);

            sql.execute(GROW.formatted(1_501, 2_800));
            sql.execute("select pg_stat_force_next_flush()");
            assertThat(knownRows(statistics, sql)).as("not doubled yet").isEqualTo(1_500);
            sql.execute(GROW.formatted(2_801, 3_200));
            await().until(() -> knownRows(statistics, sql) == 3_200);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static int refreshed(PlannerStatistics statistics) {
        return statistics.refresh().toCompletionStage().toCompletableFuture().join();
    }

    /** By what the planner knows after that. */
    private static int knownRows(PlannerStatistics statistics, Statement sql) throws SQLException {
        assertThat(refreshed(statistics)).isNotNegative();
        try (ResultSet rows = sql.executeQuery("select reltuples::int from pg_class where relname = 'devices'")) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
