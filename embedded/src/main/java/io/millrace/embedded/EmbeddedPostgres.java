package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server as a child process, on loopback and any free port. Its data stay in the directory; a second start on the
 * same directory resumes. Start and stop on the caller's thread.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final String USER = "postgres";
    private static final String DATABASE = "postgres";

    private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
    private final String password;

    private EmbeddedPostgres(io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, String password) {
        this.server = server;
        this.password = password;
    }

    /** As the other one; stopped when the JVM exits, should nobody have closed it: for tests. */
    public static EmbeddedPostgres start(Path data, Path binaries) throws IOException {
        return start(data, binaries, true);
    }

    /**
     * @param data kept; made if it is not there
     * @param binaries where PostgreSQL's programs are unpacked once
     * @param stopAtExit whether a signal to the JVM stops it at once; false for who stops what needs it first
     * @throws IOException if it cannot be started
     */
    public static EmbeddedPostgres start(Path data, Path binaries, boolean stopAtExit) throws IOException {
        Files.createDirectories(data.toAbsolutePath().getParent());
        Files.createDirectories(binaries);
        endOrphan(data);
        Path passwordFile = data.resolveSibling(data.getFileName() + "-password");
        boolean locked = Files.exists(passwordFile);
        String password = locked ? Files.readString(passwordFile) : newPassword();
        var builder = io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(stopAtExit)
                .setPGStartupWait(Duration.ofSeconds(30))
                // The library would take one that the system gives to others too before the server listens there, and
                // then go on with whatever server answers.
                .setPort(FreePort.find())
                .setConnectConfig("password", password)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                // The library is made for tests and gives durability away; data that people keep want it back.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "50")
                .setServerConfig("shared_buffers", "64MB")
                .setServerConfig("max_wal_size", "512MB");
        var server = builder.start();
        if (!locked) {
            lock(server, data, passwordFile, password);
        }
        return new EmbeddedPostgres(server, password);
    }

    /** A database made anew trusts every user of the machine: from here on it asks for a password. */
    private static void lock(
            io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, Path data, Path passwordFile, String password)
            throws IOException {
        write(passwordFile, password);
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter user " + USER + " password '" + password + "'");
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("select pg_reload_conf()");
        } catch (SQLException e) {
            server.close();
            throw new IOException("the new database cannot be given a password", e);
        }
    }

    /** Readable by this user alone, where the file system knows users. */
    private static void write(Path file, String secret) throws IOException {
        Files.createFile(file);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(file, secret);
    }

    private static String newPassword() {
        byte[] random = new byte[20];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * A JVM that was killed leaves its PostgreSQL running on the directory, where no second one can start. Clients it has
     * none any more, so it stops at once.
     */
    private static void endOrphan(Path data) throws IOException {
        Path lock = data.resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(lock).get(0).trim());
        Optional<ProcessHandle> orphan = ProcessHandle.of(pid).filter(EmbeddedPostgres::isPostgres);
        if (orphan.isPresent() && orphan.get().destroy()) {
            try {
                orphan.get().onExit().get(30, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("the PostgreSQL with pid " + pid + " still runs on " + data, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(c -> c.contains("postgres")).orElse(false);
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return server.getPort();
    }

    /** In the form that vertx-pg-client takes. */
    public String url() {
        return "postgresql://" + host() + ":" + port() + "/" + DATABASE;
    }

    public String user() {
        return USER;
    }

    /** Made up at the first start, kept beside the data for this user alone. */
    public String password() {
        return password;
    }

    /** Stops in order; the data stay. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("PostgreSQL did not stop cleanly", e);
        }
    }
}
