package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.commands.Fleet.Reply;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that holds a statement up, as another transaction's lock does. */
@Timeout(60)
class AnswerInTimeIT {
    @Test
    void whoWaitsTooLongIsToldSoAndWhatHeAskedForHappensYet() throws SQLException {
        try (Fleet fleet = Fleet.start(Neighbours.get().newFleet().override("http.answer-timeout", "1s"))) {
            DatabaseConfig database = fleet.config().database();
            assertThat(fleet.call("POST", "/devices", "{\"id\":\"pump\"}").status())
                    .isEqualTo(201);
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:" + database.url(), database.user(), database.password());
                    Statement sql = connection.createStatement()) {
                connection.setAutoCommit(false);
                sql.execute("lock table commands in access exclusive mode");

                Reply late = fleet.call("POST", "/devices/pump/commands", "{\"payload\":\"LED_ON\"}");
                assertThat(late.status()).isEqualTo(503);
                assertThat(late.json().get("code").asText()).isEqualTo("no-answer-in-time");
                assertThat(fleet.call("GET", "/devices/pump").status())
                        .as("others are served")
                        .isEqualTo(200);
                connection.commit();
            }
            await().untilAsserted(() -> assertThat(
                            fleet.call("GET", "/devices/pump/commands").json().path("items"))
                    .extracting(item -> item.path("payload").asText())
                    .containsExactly("LED_ON"));
            JsonNode next = fleet.call("POST", "/devices/pump/commands", "{\"payload\":\"LED_OFF\"}")
                    .json();
            assertThat(next.path("status").asText()).isEqualTo("queued");
        }
    }
}
