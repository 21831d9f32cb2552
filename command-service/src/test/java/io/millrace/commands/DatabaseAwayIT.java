package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.CutWire;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Dispatch;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** PostgreSQL away at the start, and while everything runs. */
@Timeout(120)
class DatabaseAwayIT {
    @Test
    void whatHappensWhileTheDatabaseIsAwayIsThereWhenItComesBack() throws Exception {
        Settings.Builder settings = Neighbours.get().newFleet();
        URI url =
                URI.create(CommandServiceConfig.of(settings.build()).database().url());
        try (CutWire wire = new CutWire(url.getPort())) {
            settings = settings.override("database.url", "postgresql://127.0.0.1:" + wire.port() + url.getPath());
            try (Fleet fleet = Fleet.start(settings)) {
                FakeGateway gateway = fleet.gateway(0);
                String device = fleet.device("patient");
                gateway.openReady(device);
                fleet.awaitPresence(device, true, true);
                String before = fleet.send(device, "BEFORE");
                Dispatch dispatch = gateway.nextDispatch(device);

                wire.cut();
                await().untilAsserted(() -> assertThat(fleet.health.notReady()).containsKey("database"));
                Fleet.Reply away = fleet.call("GET", "/devices/" + device);
                assertThat(away.status()).isEqualTo(503);
                assertThat(away.json().get("code").asText()).isEqualTo("unavailable");
                gateway.delivered(dispatch);
                var unused = gateway.send(Fleet.byRule("while-away", device, "FAN_ON", Duration.ofMinutes(1))
                        .toRecord(fleet.topics()));
                var unused2 = gateway.send(new ProducerRecord<>(
                        fleet.topics().telemetry(), device.getBytes(UTF_8), "{\"t\":31}".getBytes(UTF_8)));
                await().untilAsserted(
                                () -> assertThat(fleet.health.notReady()).containsKey("command-service-commands"));

                wire.mend();
                fleet.awaitStatus(before, "delivered");
                assertThat(gateway.nextDispatch(device).commandId()).isEqualTo("while-away");
                await().untilAsserted(() -> assertThat(fleet.call("GET", "/devices/patient/telemetry")
                                .json()
                                .get("items"))
                        .hasSize(1));
                await().untilAsserted(() -> assertThat(fleet.health.notReady()).isEmpty());
                fleet.awaitPresence(device, true, true);
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayAtTheStartIsWaitedFor() throws Exception {
        Settings.Builder settings = Neighbours.get().newFleet();
        URI url =
                URI.create(CommandServiceConfig.of(settings.build()).database().url());
        try (CutWire wire = new CutWire(url.getPort())) {
            wire.cut();
            settings = settings.override("database.url", "postgresql://127.0.0.1:" + wire.port() + url.getPath());
            Health health = new Health();
            try (CommandService service = new CommandService(
                    CommandServiceConfig.of(settings.build()), new SimpleMeterRegistry(), health, Clock.systemUTC())) {
                service.start();
                try (Fleet visitor = new Fleet(settings)) {
                    Fleet.Reply reply = visitor.send(HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + service.httpPort() + "/api/v1/devices"))
                            .build());
                    assertThat(reply.status()).isEqualTo(503);
                    assertThat(reply.http().headers().firstValue("Retry-After")).isPresent();
                }
                await().untilAsserted(() ->
                        assertThat(health.notReady().get("command-service")).contains("waiting"));

                wire.mend();
                assertThat(service.ready().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(health.notReady()).isEmpty());
            }
        }
    }

    @Test
    void aPortInUseIsSaidInOneLine() throws Exception {
        try (Fleet fleet = Fleet.start()) {
            int taken = fleet.service().httpPort();
            Settings.Builder settings = Neighbours.get().newFleet().override("http.port", taken);
            try (CommandService second = new CommandService(
                    CommandServiceConfig.of(settings.build()),
                    new SimpleMeterRegistry(),
                    new Health(),
                    Clock.systemUTC())) {
                Assertions.assertThatThrownBy(second::start)
                        .isInstanceOf(StartException.class)
                        .hasMessage("port " + taken + " is in use (choose another with http.port)");
            }
        }
    }
}
