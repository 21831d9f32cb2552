package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedIT {
    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path dir;

    @Test
    void kafkaKeepsItsTopicsOverARestart() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka"), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("telemetry", 2, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka"), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains("telemetry");

            assertThatThrownBy(() -> EmbeddedKafka.start(dir.resolve("other"), kafka.port()))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining(Integer.toString(kafka.port()));
        }
    }

    @Test
    void postgresKeepsItsRowsOverARestart() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(dir.resolve("pg"), dir.resolve("pg-bin"));
                Connection connection = connect(postgres)) {
            assertThat(connection.createStatement().executeUpdate("create table t as select 7 as x"))
                    .isEqualTo(1);
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(dir.resolve("pg"), dir.resolve("pg-bin"));
                Connection connection = connect(postgres);
                var rows = connection.createStatement().executeQuery("select x from t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(7);
        }
    }

    @Test
    void postgresLetsNoCommitGoBeforeItIsOnDisk() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(dir.resolve("pg"), dir.resolve("pg-bin"));
                Connection connection = connect(postgres)) {
            for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                try (var rows = connection.createStatement().executeQuery("show " + setting)) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).as(setting).isEqualTo("on");
                }
            }
        }
    }

    @Test
    void postgresAsksEveryUserOfTheMachineForItsPassword() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(dir.resolve("pg"), dir.resolve("pg-bin"))) {
            assertThatThrownBy(() -> DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), "postgres"))
                    .hasMessageContaining("password authentication failed");
        }
        assertThat(Files.getPosixFilePermissions(dir.resolve("pg-password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private static Connection connect(EmbeddedPostgres postgres) throws Exception {
        return DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password());
    }
}
