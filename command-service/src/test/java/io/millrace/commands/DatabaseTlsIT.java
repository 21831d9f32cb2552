package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.commands.api.SelfSigned;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.Migrations;
import io.millrace.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that lets the service in over TLS only, with a certificate for 127.0.0.1. */
@Timeout(120)
class DatabaseTlsIT {
    @TempDir
    private static Path directory;

    private static final Vertx VERTX = Vertx.vertx();
    private static EmbeddedPostgres postgres;

    @SuppressWarnings("NullAway.Init")
    private static SelfSigned shown;

    @BeforeAll
    static void start() throws Exception {
        Path data = directory.resolve("postgres");
        postgres = Neighbours.newPostgres(data);
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password());
                Statement sql = connection.createStatement()) {
            sql.execute("create user service password 'secret'");
            sql.execute("grant create on schema public to service");
            sql.execute("grant create on database postgres to service");
            show(SelfSigned.make(directory, "first"));
            sql.execute("alter system set ssl_cert_file = '" + certificate() + "'");
            sql.execute("alter system set ssl_key_file = '" + key() + "'");
            sql.execute("alter system set ssl = on");
            Files.writeString(data.resolve("pg_hba.conf"), """
                    hostssl all service 127.0.0.1/32 scram-sha-256
                    host all postgres 127.0.0.1/32 scram-sha-256
                    """);
            sql.execute("select pg_reload_conf()");
        }
        await().until(() -> works(database(ca("right", shown))));
    }

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
        postgres.close();
    }

    private static Path certificate() {
        return directory.toAbsolutePath().resolve("server.crt");
    }

    private static Path key() {
        return directory.toAbsolutePath().resolve("server.key");
    }

    private static void show(SelfSigned certificate) throws IOException {
        shown = certificate;
        certificate.writeTo(certificate(), key());
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
    }

    private static Path ca(String name, SelfSigned authority) throws IOException {
        return Files.writeString(directory.resolve(name + " ca.pem"), authority.certificatePem());
    }

    private static DatabaseConfig config(String url, Optional<Path> ca) {
        return new DatabaseConfig(url, "service", "secret", ca, 2, true);
    }

    private static Database database(Path ca) {
        return new Database(VERTX, config(postgres.url(), Optional.of(ca)));
    }

    private static boolean works(Database database) {
        try {
            ping(database);
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private static void ping(Database database) {
        database.ping().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void bothDriversTalkOverTlsToACertificateOfThatAuthority() throws Exception {
        DatabaseConfig config = config(postgres.url(), Optional.of(ca("both", shown)));
        new Migrations(config).run();
        new Migrations(config).requireDone();

        Database database = new Database(VERTX, config);
        String version = database.transaction(connection -> connection
                        .query("select version from pg_stat_ssl where pid = pg_backend_pid() and ssl")
                        .execute()
                        .map(rows -> rows.iterator().next().getString(0)))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        assertThat(version).startsWith("TLSv1.");
    }

    @Test
    void withoutAnAuthorityNothingIsEncryptedAndThisDatabaseRefuses() {
        DatabaseConfig plain = config(postgres.url(), Optional.empty());
        assertThatThrownBy(() -> ping(new Database(VERTX, plain))).hasMessageContaining("pg_hba.conf");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedByBoth() throws Exception {
        DatabaseConfig config = config(postgres.url(), Optional.of(ca("other", SelfSigned.make(directory, "other"))));
        assertThatThrownBy(() -> ping(new Database(VERTX, config))).hasStackTraceContaining("SSL handshake failed");
        assertThatThrownBy(() -> new Migrations(config).run()).hasStackTraceContaining("certification path");
    }

    @Test
    void aCertificateForAnotherHostIsRefusedByBoth() throws Exception {
        String other = postgres.url().replace("127.0.0.1", "localhost");
        DatabaseConfig config = config(other, Optional.of(ca("host", shown)));
        assertThatThrownBy(() -> ping(new Database(VERTX, config))).hasStackTraceContaining("SSL handshake failed");
        assertThatThrownBy(() -> new Migrations(config).run()).hasStackTraceContaining("localhost");
    }

    /** As an operator renews it, months after the start. */
    @Test
    void aRenewedAuthorityIsBelievedOnceItsFileIsThere() throws Exception {
        Path ca = ca("renewed", shown);
        Database database = database(ca);
        ping(database);

        show(SelfSigned.make(directory, "second"));
        await().until(() -> {
            administer(
                    "select pg_reload_conf(), pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'");
            return !works(database);
        });
        ca("renewed", shown);
        await().until(() -> works(database));
    }

    private static void administer(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
