package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.commands.store.Migrations;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As a cluster runs it: tables by {@code millrace migrate}, the API in one process, the history's recorder in another. */
@Timeout(120)
class SeparateRecorderIT {
    @Test
    void theServiceLeavesReadingsToTheRecorderWhichDoesNothingElse() throws Exception {
        Settings.Builder settings = Neighbours.get()
                .newFleet()
                .override("history.recorder", "elsewhere")
                .override("database.migrate", false);
        CommandServiceConfig config = CommandServiceConfig.of(settings.build());
        new Migrations(config.database()).run();
        try (Fleet fleet = Fleet.start(settings)) {
            FakeGateway gateway = fleet.gateway(0);
            fleet.device("meter");
            var unused = gateway.send(new ProducerRecord<>(
                    fleet.topics().telemetry(),
                    null,
                    Instant.now().toEpochMilli(),
                    "meter".getBytes(UTF_8),
                    "{\"t\":21}".getBytes(UTF_8)));
            var session = gateway.openReady("meter");
            assertThat(session).isNotNull();
            String command = fleet.send("meter", "LED_ON");
            gateway.delivered(gateway.nextDispatch("meter"));
            fleet.awaitStatus(command, "delivered");
            assertThat(fleet.count("intake.records", "intake", "telemetry")).isZero();

            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            CommandService recorder = new CommandService(
                    CommandServiceConfig.of(
                            settings.override("history.recorder", "only").build()),
                    meters,
                    new Health(),
                    Clock.systemUTC());
            recorder.start();
            try {
                recorder.ready()
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(fleet.call("GET", "/devices/meter/state")
                                        .json()
                                        .at("/telemetry/t/value")
                                        .asInt())
                                .isEqualTo(21));
                assertThat(recorder.httpPort()).isZero();
            } finally {
                recorder.close();
            }
        }
    }

    @Test
    void whoDoesNotMigrateWaitsUntilTheTablesAreThere() throws SQLException {
        Settings.Builder settings = Neighbours.get().newFleet();
        Migrations migrations =
                new Migrations(CommandServiceConfig.of(settings.build()).database());

        assertThatThrownBy(migrations::requireDone).hasMessageContaining("millrace migrate");
        migrations.run();
        migrations.requireDone();
    }
}
