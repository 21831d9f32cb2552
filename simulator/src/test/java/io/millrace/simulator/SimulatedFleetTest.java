package io.millrace.simulator;

import static io.millrace.simulator.Cloud.await;
import static io.millrace.simulator.Cloud.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fleet against a real MQTT server. */
class SimulatedFleetTest {
    private final Cloud cloud = new Cloud();

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    @Test
    void deviceSubscribesToItsCommandsAndPublishesReadingsAsTheSeedFirmwareDoes() {
        SimulatedFleet fleet = started(cloud.fleetOf("esp32-1"));
        until(() -> cloud.telemetryOf("esp32-1").size() >= 3);

        assertThat(cloud.telemetryOf("esp32-1").get(0).payload())
                .matches("\\{\"messageId\":1,\"deviceId\":\"esp32-1\",\"temperature\":\\d\\d(\\.\\d\\d?)?,"
                        + "\"ledState\":false,\"fanState\":false}");
        assertThat(cloud.telemetryOf("esp32-1").get(2).json().getInteger("messageId"))
                .isEqualTo(3);
        assertThat(cloud.endpoint("esp32-1").keepAliveTimeSeconds()).isEqualTo(120);
        assertThat(cloud.endpoint("esp32-1").isCleanSession()).isTrue();
        await(fleet.close());
    }

    @Test
    void packetIdsAreRandomAndEveryPublishIsAcknowledged() {
        SimulatedFleet fleet = started(cloud.fleetOf("esp32-1"));
        until(() -> fleet.snapshot().publishes().acknowledged() >= 20);
        await(fleet.close());

        Set<Integer> packetIds = new HashSet<>();
        cloud.arrivals.forEach(arrival -> packetIds.add(arrival.packetId()));
        assertThat(packetIds).hasSizeGreaterThan(15).anyMatch(id -> id > 1000);
        SimulatorStats.Publishes publishes = fleet.snapshot().publishes();
        assertThat(publishes.acknowledgement().count()).isEqualTo(publishes.acknowledged());
        assertThat(publishes.resent()).isZero();
    }

    @Test
    void qos2ReadingsAreHandedOverExactlyOnce() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = started(config.withBehaviour(Cloud.BEHAVIOUR.withQos(2)));
        until(() -> fleet.snapshot().publishes().acknowledged() >= 5);
        await(fleet.close());

        assertThat(cloud.arrivals).allMatch(arrival -> arrival.qos() == MqttQoS.EXACTLY_ONCE && !arrival.dup());
    }

    @Test
    void unacknowledgedPublishIsSentAgainWithDupOnTheSameConnectionAndForgottenInTheEnd() {
        cloud.acknowledges = false;
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = started(config.withBehaviour(Cloud.BEHAVIOUR.withInterval(Duration.ofMillis(600)))
                .withTimings(EspTimings.DEFAULT.withResend(Duration.ofSeconds(1), Duration.ofMillis(2500))));
        until(() -> fleet.snapshot().publishes().forgotten() >= 1);
        List<Cloud.Arrival> seen = List.copyOf(cloud.arrivals);
        await(fleet.close());

        Cloud.Arrival first = seen.get(0);
        List<Cloud.Arrival> again = seen.stream().filter(Cloud.Arrival::dup).toList();
        assertThat(first.dup()).isFalse();
        // Only the oldest, once a second.
        assertThat(again).hasSize(2).allSatisfy(repeat -> {
            assertThat(repeat.packetId()).isEqualTo(first.packetId());
            assertThat(repeat.payload()).isEqualTo(first.payload());
        });
        // As they arrive: one that a busy machine delivers late is nearer to the next.
        assertThat(again.get(0).at() - first.at()).isBetween(700_000_000L, 1_900_000_000L);
        assertThat(again.get(1).at() - again.get(0).at()).isBetween(700_000_000L, 1_900_000_000L);
        assertThat(cloud.connects).hasSize(1);
    }

    @Test
    void lostConnectionIsTakenUpAgainAfterTheConfiguredDelayAndReadingsInBetweenAreKept() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet =
                started(config.withTimings(EspTimings.DEFAULT.withReconnectAfter(Duration.ofMillis(400))));
        until(() -> fleet.snapshot().publishes().acknowledged() >= 2);
        long closedAt = System.nanoTime();
        cloud.endpoint("esp32-1").close();
        until(() -> cloud.connects.size() == 2 && fleet.snapshot().connects().open() == 1);
        long acknowledged = fleet.snapshot().publishes().acknowledged();
        until(() -> fleet.snapshot().publishes().acknowledged() > acknowledged);
        await(fleet.close());

        assertThat(cloud.connects.get(1) - closedAt).isBetween(395_000_000L, 9_000_000_000L);
        assertThat(fleet.snapshot().connects().lost()).isEqualTo(1);
        List<Integer> numbers = cloud.telemetryOf("esp32-1").stream()
                .filter(arrival -> !arrival.dup())
                .map(arrival -> arrival.json().getInteger("messageId"))
                .toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
        // One that was written when the server had closed already arrives in its repetition only.
        List<Integer> all = cloud.telemetryOf("esp32-1").stream()
                .map(arrival -> arrival.json().getInteger("messageId"))
                .distinct()
                .sorted()
                .toList();
        assertThat(all.get(all.size() - 1)).isEqualTo(all.size());
    }

    @Test
    void qos0ReadingsWithoutAConnectionAreSkippedAndCounted() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = started(config.withBehaviour(Cloud.BEHAVIOUR.withQos(0)));
        until(() -> !cloud.arrivals.isEmpty());
        cloud.endpoint("esp32-1").close();
        until(() -> fleet.snapshot().publishes().skipped() >= 2);
        await(fleet.close());

        SimulatorStats.Publishes publishes = fleet.snapshot().publishes();
        assertThat(publishes.readings()).isEqualTo(publishes.publishedQos0());
        assertThat(publishes.published()).isZero();
    }

    @Test
    void wrongPasswordIsReportedWithItsReason() {
        cloud.secret = Optional.of("right");
        SimulatorConfig config = SimulatorConfig.of(
                "127.0.0.1",
                cloud.port(),
                List.of(
                        DeviceCredentials.withSecret("esp32-1", "right"),
                        DeviceCredentials.withSecret("esp32-2", "wrong")));
        SimulatedFleet fleet = started(config);

        SimulatorStats.Connects connects = fleet.snapshot().connects();
        assertThat(connects.open()).isEqualTo(1);
        assertThat(connects.failed()).containsOnlyKeys(ConnectFailure.BAD_CREDENTIALS);
        assertThat(connects.refused()).isEqualTo(1);
        assertThat(SimulatorReport.text(fleet.snapshot())).contains("1 refused: bad user name or password");
        await(fleet.close());
    }

    @Test
    void absentServerIsReportedAndTriedAgain() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        cloud.close();
        SimulatedFleet fleet =
                started(config.withTimings(EspTimings.DEFAULT.withReconnectAfter(Duration.ofMillis(100))));
        until(() -> fleet.snapshot().connects().failed().getOrDefault(ConnectFailure.UNREACHABLE, 0L) >= 2);
        try (Cloud back = new Cloud(cloud.port())) {
            until(() -> fleet.snapshot().connects().open() == 1);
            assertThat(back.connects).hasSize(1);
            await(fleet.close());
        }
    }

    @Test
    void commandChangesTheStateThatIsReportedAtOnceAndIsAcknowledgedAfterwards() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = started(config.withBehaviour(Cloud.BEHAVIOUR.withInterval(Duration.ofDays(1))));
        cloud.send("esp32-1", "LED_ON");
        until(() -> cloud.commandAcks.size() == 1);
        assertThat(cloud.telemetryOf("esp32-1")).hasSize(1);
        assertThat(cloud.telemetryOf("esp32-1").get(0).json().getBoolean("ledState"))
                .isTrue();
        assertThat(cloud.telemetryOf("esp32-1").get(0).json().getBoolean("fanState"))
                .isFalse();

        cloud.send("esp32-1", "LED_ON");
        cloud.send("esp32-1", "FAN_ON");
        cloud.send("esp32-1", "DANCE");
        until(() -> cloud.commandAcks.size() == 4);
        await(fleet.close());
        SimulatorStats.Commands commands = fleet.snapshot().commands();
        assertThat(commands.received()).isEqualTo(4);
        assertThat(commands.byCommand()).containsEntry(DeviceCommand.LED_ON, 2L).containsEntry(DeviceCommand.OTHER, 1L);
        assertThat(commands.withoutEffect()).isEqualTo(2);
        assertThat(cloud.arrivals).noneMatch(arrival -> arrival.topic().endsWith("/responses"));
    }

    @Test
    void commandWithAnIdIsAnswered() {
        SimulatedFleet fleet = started(cloud.fleetOf("esp32-1"));
        cloud.send("esp32-1", "{\"command\":\"FAN_ON\",\"id\":\"c-1\"}");
        cloud.send("esp32-1", "{\"command\":\"DANCE\",\"commandId\":\"c-2\"}");
        until(() -> cloud.commandAcks.size() == 2);
        await(fleet.close());

        assertThat(cloud.arrivals.stream()
                        .filter(arrival -> arrival.topic().equals("devices/esp32-1/responses"))
                        .map(Cloud.Arrival::payload))
                .containsExactly(
                        "{\"commandId\":\"c-1\",\"status\":\"succeeded\"}",
                        "{\"commandId\":\"c-2\",\"status\":\"failed\",\"detail\":\"unknown command\"}");
    }

    @Test
    void fleetClosedRightAfterItsStartLeavesNothingBehind() {
        SimulatedFleet fleet = new SimulatedFleet(cloud.fleetOf("esp32-1", "esp32-2"));
        CompletableFuture<Void> started = fleet.start();
        await(fleet.close());
        await(fleet.close());

        until(started::isDone);
        SimulatorStats.Connects connects = fleet.snapshot().connects();
        assertThat(connects.open() + connects.underWay()).isZero();
    }

    @Test
    void silentDeviceIsKeptAliveByPings() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = new SimulatedFleet(config.withBehaviour(Cloud.BEHAVIOUR.withInterval(Duration.ofDays(1)))
                .withTimings(EspTimings.DEFAULT.withKeepAlive(Duration.ofSeconds(1))));
        await(fleet.start());
        List<Long> pings = new CopyOnWriteArrayList<>();
        cloud.endpoint("esp32-1").pingHandler(nothing -> pings.add(System.nanoTime()));
        until(() -> pings.size() >= 4);
        assertThat(fleet.snapshot().connects().lost()).isZero();
        assertThat(fleet.snapshot().connects().open()).isEqualTo(1);
        await(fleet.close());
    }

    @Test
    void serverThatDoesNotAnswerPingsIsLeft() {
        SimulatorConfig config = cloud.fleetOf("esp32-1");
        SimulatedFleet fleet = new SimulatedFleet(config.withBehaviour(Cloud.BEHAVIOUR.withInterval(Duration.ofDays(1)))
                .withTimings(EspTimings.DEFAULT.withKeepAlive(Duration.ofSeconds(2))));
        await(fleet.start());
        MqttEndpoint unused = cloud.endpoint("esp32-1").autoKeepAlive(false);
        until(() -> fleet.snapshot().connects().lost() == 1);
        // One second to the ping, one for the answer; the server itself would wait until the fourth second.
        assertThat(fleet.snapshot().elapsed()).isBetween(Duration.ofMillis(1950), Duration.ofMillis(3800));
        await(fleet.close());
    }

    @Test
    void reactionIsMeasuredFromTheCrossingReadingToTheCommandAndEverythingAddsUp() {
        cloud.rules = true;
        String[] ids = new String[40];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "esp32-" + i;
        }
        SimulatorConfig config = cloud.fleetOf(ids);
        SimulatedFleet fleet =
                started(config.withConnectsPerSecond(1000).withBehaviour(Cloud.BEHAVIOUR.withTimeScale(50)));
        until(() -> fleet.snapshot().commands().byCommand().getOrDefault(DeviceCommand.FAN_OFF, 0L) >= 20);
        await(fleet.close());

        SimulatorStats stats = fleet.snapshot();
        SimulatorStats.Connects connects = stats.connects();
        assertThat(connects.tries()).isEqualTo(40).isEqualTo(connects.accepted());
        assertThat(connects.left()).isEqualTo(40);
        assertThat(connects.open()).isZero();
        SimulatorStats.Publishes publishes = stats.publishes();
        assertThat(publishes.readings() + publishes.responses()).isEqualTo(publishes.published());
        assertThat(publishes.acknowledged() + publishes.inFlight()).isEqualTo(publishes.published());
        assertThat(publishes.inFlight()).isBetween(0L, 40L);
        SimulatorStats.Reactions reactions = stats.reactions();
        assertThat(reactions.answered()).isEqualTo(stats.commands().received()).isGreaterThanOrEqualTo(40);
        assertThat(reactions.reaction().count()).isEqualTo(reactions.answered());
        assertThat(reactions.unanswered()).isZero();
        assertThat(reactions.awaited()).isBetween(0L, 40L);
        assertThat(reactions.reaction().p50()).isBetween(0.01, 1000.0);
        assertThat(stats.commands().withoutEffect()).isZero();
    }

    private static SimulatedFleet started(SimulatorConfig config) {
        SimulatedFleet fleet = new SimulatedFleet(config);
        await(fleet.start());
        return fleet;
    }
}
