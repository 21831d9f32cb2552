package io.millrace.simulator;

import static io.millrace.simulator.Cloud.await;
import static io.millrace.simulator.Cloud.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a server, each against a real one. */
class TransportTest {
    @TempDir
    private Path folder;

    private Cloud cloud = new Cloud();

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    @Test
    void tlsServerIsCheckedAgainstTheOwnCa() throws Exception {
        TestCertificate certificate = TestCertificate.in(folder);
        serve(new MqttServerOptions()
                .setPort(0)
                .setSsl(true)
                .setKeyCertOptions(new PfxOptions()
                        .setPath(certificate.keyStore().toString())
                        .setPassword(TestCertificate.PASSWORD)));
        SimulatedFleet trusting = new SimulatedFleet(config("mqtts", Optional.of(certificate.pem())));
        await(trusting.start());
        until(() -> trusting.snapshot().publishes().acknowledged() >= 3);
        await(trusting.close());

        SimulatedFleet distrusting = new SimulatedFleet(config("mqtts", Optional.empty()));
        await(distrusting.start());
        await(distrusting.close());
        assertThat(distrusting.snapshot().connects().failed()).containsOnlyKeys(ConnectFailure.TLS_FAILED);
    }

    @Test
    void webSocketCarriesMqttBothWays() {
        serve(new MqttServerOptions().setPort(0).setUseWebSocket(true));
        SimulatedFleet fleet = new SimulatedFleet(config("ws", Optional.empty()));
        await(fleet.start());
        cloud.send("esp32-1", "LED_ON");
        until(() ->
                cloud.commandAcks.size() == 1 && fleet.snapshot().publishes().acknowledged() >= 3);
        await(fleet.close());

        assertThat(cloud.telemetryOf("esp32-1"))
                .anyMatch(arrival -> arrival.json().getBoolean("ledState"));
        assertThat(fleet.snapshot().connects().lost()).isZero();
    }

    @Test
    void httpDevicePostsItsReadingsUntilTheyAreAcceptedOrRejected() {
        List<String> bodies = new CopyOnWriteArrayList<>();
        List<String> heads = new CopyOnWriteArrayList<>();
        HttpServer server = await(cloud.vertx
                .createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    heads.add(request.method() + " " + request.path() + " " + request.getHeader("Authorization"));
                    bodies.add(body.toString());
                    int status = bodies.size() == 1 ? 503 : bodies.size() == 3 ? 400 : 202;
                    request.response().setStatusCode(status).end().onFailure(gone -> {});
                }))
                .listen(0, "127.0.0.1"));
        ServerAddress address =
                ServerAddress.of(URI.create("http://127.0.0.1:" + server.actualPort()), Optional.empty());
        SimulatorConfig config = SimulatorConfig.of(address, List.of(DeviceCredentials.withSecret("esp32-1", "s")))
                .withBehaviour(Cloud.BEHAVIOUR)
                .withTimings(EspTimings.DEFAULT.withResend(Duration.ofMillis(20), Duration.ofSeconds(30)));
        SimulatedFleet fleet = new SimulatedFleet(config);
        await(fleet.start());
        until(() -> fleet.snapshot().publishes().acknowledged() >= 3);
        var sent = await(fleet.close());

        assertThat(heads).allMatch("POST /devices/esp32-1/telemetry Basic ZXNwMzItMTpz"::equals);
        assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
        SimulatorStats.Publishes publishes = fleet.snapshot().publishes();
        assertThat(publishes.resent()).isEqualTo(1);
        assertThat(publishes.rejected()).isEqualTo(1);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).open()).contains(new JsonObject(bodies.get(2)).getInteger("messageId"));
    }

    @Test
    @EnabledOnOs(OS.LINUX) // Elsewhere only 127.0.0.1 is there without configuration.
    void connectionsComeFromTheAddressesInTurn() {
        SimulatorConfig plain = cloud.fleetOf("esp32-1", "esp32-2", "esp32-3");
        SimulatedFleet fleet = new SimulatedFleet(
                new SimulatorConfig(plain.groups(), 200, EspTimings.DEFAULT, List.of("127.0.0.1", "127.0.0.2"), 1));
        await(fleet.start());
        assertThat(List.of("esp32-1", "esp32-2", "esp32-3"))
                .extracting(id -> cloud.endpoint(id).remoteAddress().hostAddress())
                .containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.1");
        await(fleet.close());
    }

    @Test
    void packetAboveTheBoardsBufferEndsTheConnectionAndALongCommandComesInPieces() {
        SimulatedFleet fleet = new SimulatedFleet(cloud.fleetOf("esp32-1"));
        await(fleet.start());
        cloud.send("esp32-1", "x".repeat(3000));
        until(() -> cloud.commandAcks.size() == 1);
        assertThat(fleet.snapshot().commands().inPieces()).isEqualTo(1);
        var unused = cloud.endpoint("esp32-1").subscribeAcknowledge(7, Collections.nCopies(1100, MqttQoS.AT_MOST_ONCE));
        until(() -> fleet.snapshot().connects().lost() == 1);
        await(fleet.close());
        assertThat(fleet.snapshot().connects().lostBecause()).containsOnlyKeys(ConnectionEnd.TOO_LARGE);
    }

    @Test
    void unusableCaFileIsSaidBeforeAnythingStarts() throws IOException {
        Path ca = Files.writeString(folder.resolve("ca.pem"), "no certificate");
        assertThatThrownBy(() -> new SimulatedFleet(config("mqtts", Optional.of(ca))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem cannot be used");
    }

    private void serve(MqttServerOptions options) {
        cloud.close();
        cloud = new Cloud(options);
    }

    private SimulatorConfig config(String scheme, Optional<Path> ca) {
        URI uri = URI.create(scheme + "://127.0.0.1:" + cloud.port());
        return SimulatorConfig.of(ServerAddress.of(uri, ca), List.of(DeviceCredentials.anonymous("esp32-1")))
                .withBehaviour(Cloud.BEHAVIOUR);
    }
}
