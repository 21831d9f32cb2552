package io.millrace.commands.store;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import org.flywaydb.core.Flyway;

/** Brings the tables to this version's shape, by {@code db/migration}; several instances at once take turns. Blocks. */
public final class Migrations {
    private final DatabaseConfig config;

    public Migrations(DatabaseConfig config) {
        this.config = config;
    }

    /** @throws org.flywaydb.core.api.FlywayException if the database does not answer or a migration fails */
    public void run() {
        var result = flyway().migrate();
        if (!result.success) {
            throw new IllegalStateException("migrations failed");
        }
    }

    /**
     * Changes nothing. Tables that a later version has brought further are taken: that is so while services are updated one by one.
     *
     * @throws IllegalStateException if migrations of this version have not been run
     */
    public void requireDone() {
        int pending = flyway().info().pending().length;
        if (pending > 0) {
            throw new IllegalStateException(
                    pending + " migrations of the database are to be run first (millrace migrate)");
        }
    }

    private Flyway flyway() {
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(DatabaseTls.jdbcUrl(config), config.user(), config.password())
                .locations("classpath:db/migration")
                .loggers("slf4j")
                .cleanDisabled(true)
                .load();
    }
}
