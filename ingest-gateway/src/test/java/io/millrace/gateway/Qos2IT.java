package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.Json;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** QoS 2 towards the device, and packets that are too large for it. */
@Timeout(60)
class Qos2IT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail sessions;
    private static Tail events;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0);
        sessions = rig.tail(rig.topics.deviceSessions());
        events = rig.tail(rig.topics.commandEvents());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        events.close();
        rig.close();
    }

    private static CommandEvent nextEvent(String device) {
        return Json.read(events.await(r -> device.equals(Tail.key(r))).value(), CommandEvent.class);
    }

    @Test
    void aCommandIsDeliveredExactlyOnce() throws Exception {
        rig.register("q2");
        var client = Clients.device5(gateway, "q2");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            var granted = client.subscribeWith()
                    .topicFilter("devices/q2/commands")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            assertThat(granted.getReasonCodes()).hasToString("[GRANTED_QOS_2]");
            var ready = rig.awaitReady(sessions, "q2");
            assertThat(ready.qos()).isEqualTo(2);
            rig.dispatch("c-1", "q2", 0, ready.epoch(), "OPEN", 2);
            rig.dispatch("c-2", "q2", 0, ready.epoch(), "CLOSE", 1);
            var first = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(first.getPayloadAsBytes()).asString().isEqualTo("OPEN");
            assertThat(first.getQos()).isEqualTo(MqttQos.EXACTLY_ONCE);
            assertThat(publishes.receive(30, TimeUnit.SECONDS).orElseThrow().getQos())
                    .isEqualTo(MqttQos.AT_LEAST_ONCE);
            assertThat(nextEvent("q2")).isInstanceOf(CommandEvent.Delivered.class);
            assertThat(nextEvent("q2")).isInstanceOf(CommandEvent.Delivered.class);
        }
        client.disconnect();
    }

    /** Byte by byte in 3.1.1: PUBLISH, PUBREC, PUBREL, PUBCOMP; what was not asked gets its PUBREL too. */
    @Test
    void theFourPacketsAreExchangedAndPubrecIsWhatCounts() throws Exception {
        rig.register("q2-raw");
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("q2-raw", "q2-raw", "pw-q2-raw"),
                    RawClient.subscribe("devices/q2-raw/commands", 2));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("90 00 01 02");
            long epoch = rig.awaitReady(sessions, "q2-raw").epoch();
            rig.dispatch("c-1", "q2-raw", 0, epoch, "x", 2);
            assertThat(client.next()).startsWith("34 ").endsWith(" 00 01 78");
            client.send(RawClient.received(1));
            assertThat(client.next()).isEqualTo("62 00 01");
            assertThat(nextEvent("q2-raw")).isInstanceOf(CommandEvent.Delivered.class);
            client.send(RawClient.received(1), RawClient.received(9));
            assertThat(client.next()).isEqualTo("62 00 01");
            assertThat(client.next()).isEqualTo("62 00 09");
            client.send(RawClient.completed(1));
        }
        await().until(() -> gateway.gauge("gateway.sessions") == 0);
        assertThat(events.allNow("q2-raw")).hasSize(1);
    }

    @Test
    void aConfigurationTooLargeForTheClientIsNotSentAndCounted() throws Exception {
        rig.register("q2-small");
        rig.put("q2-small", true, Optional.of("{\"text\":\"" + "x".repeat(300) + "\"}"), "pw-q2-small");
        var client = Clients.mqtt5(gateway, "q2-small", "q2-small", "pw-q2-small");
        var unused = client.connectWith()
                .restrictions()
                .maximumPacketSize(300)
                .applyRestrictions()
                .send();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            var granted = client.subscribeWith()
                    .topicFilter("devices/q2-small/config")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertThat(granted.getReasonCodes()).hasSize(1);
            await().until(() -> gateway.count("gateway.config.too-large") == 1);
            rig.put("q2-small", true, Optional.of("{\"text\":\"fits\"}"), "pw-q2-small");
            assertThat(publishes.receive(30, TimeUnit.SECONDS).map(p -> new String(p.getPayloadAsBytes(), UTF_8)))
                    .contains("{\"text\":\"fits\"}");
        }
        client.disconnect();
    }
}
