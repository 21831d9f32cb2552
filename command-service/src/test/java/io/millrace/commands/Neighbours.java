package io.millrace.commands;

import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.TestKafka;
import io.millrace.runtime.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One Kafka and one PostgreSQL for all tests of the module; each fleet has a topic prefix and a database of its own. */
final class Neighbours {
    private static final Neighbours ONE = new Neighbours();

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private final AtomicInteger fleets = new AtomicInteger();
    private final TestKafka kafka;
    private final EmbeddedPostgres postgres;

    private Neighbours() {
        Path data;
        try {
            data = Files.createTempDirectory(Path.of("target"), "neighbours");
            kafka = TestKafka.start(data.resolve("kafka"));
            postgres = EmbeddedPostgres.start(data.resolve("postgres"), Path.of("target/postgres-binaries"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            kafka.close();
            postgres.close();
            delete(data);
        }));
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> {
                if (!file.delete()) {
                    file.deleteOnExit();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Neighbours get() {
        return ONE;
    }

    /** With a PostgreSQL of its own in that directory; started again there, it has what was there. */
    static EmbeddedPostgres newPostgres(Path directory) throws IOException {
        return EmbeddedPostgres.start(directory, Path.of("target/postgres-binaries"));
    }

    /** Settings of a command service with neighbours that nobody else uses. */
    Settings.Builder newFleet() throws SQLException {
        String name = "fleet" + fleets.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return Settings.builder()
                .override("kafka.bootstrap-servers", kafka.bootstrapServers())
                .override("kafka.topic-prefix", name + ".")
                .override("kafka.partitions", 3)
                .override("kafka.gateway-slots", 4)
                .override("kafka.replication-factor", 1)
                .override("database.url", postgres.url().replaceAll("/[^/]+$", "/" + name))
                .override("database.user", postgres.user())
                .override("database.password", postgres.password())
                .override("database.pool-size", 8)
                .override("http.port", 0)
                .override("admin.password", "correct horse");
    }
}
