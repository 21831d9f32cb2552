package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a dispatch record to the device and back as an event. */
@Timeout(60)
class CommandIT {
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

    private static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), UTF_8);
    }

    @Test
    void aCommandIsDeliveredWhenTheDeviceHasAcknowledgedIt() throws Exception {
        rig.register("cmd-5");
        var client = Clients.device5(gateway, "cmd-5");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL, true)) {
            var unused = client.subscribeWith()
                    .topicFilter("devices/cmd-5/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            SessionEvent.Ready ready = rig.awaitReady(sessions, "cmd-5");
            assertThat(ready.qos()).isEqualTo(1);
            rig.dispatch("c-1", "cmd-5", 0, ready.epoch(), "LED_ON");

            Mqtt5Publish command = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(text(command)).isEqualTo("LED_ON");
            assertThat(command.getTopic()).hasToString("devices/cmd-5/commands");
            assertThat(command.getCorrelationData().map(b -> UTF_8.decode(b).toString()))
                    .contains("c-1");
            assertThat(command.getResponseTopic().map(Object::toString)).contains("devices/cmd-5/responses");
            assertThat(command.getContentType().map(Object::toString)).contains("text/plain");
            assertThat(command.getMessageExpiryInterval().orElse(0)).isBetween(50L, 60L);
            assertThat(command.getUserProperties().asList()).singleElement().hasToString("(command-id, c-1)");
            assertThat(events.allNow("cmd-5")).isEmpty();

            command.acknowledge();
            assertThat(nextEvent("cmd-5")).isInstanceOfSatisfying(CommandEvent.Delivered.class, delivered -> {
                assertThat(delivered.commandId()).isEqualTo("c-1");
                assertThat(delivered.epoch()).isEqualTo(ready.epoch());
            });

            var answer = client.publishWith()
                    .topic(command.getResponseTopic().orElseThrow())
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .correlationData("c-0".getBytes(UTF_8))
                    .payload("failed: too hot".getBytes(UTF_8))
                    .send();
            assertThat(answer.getError()).isEmpty();
            assertThat(nextEvent("cmd-5")).isInstanceOfSatisfying(CommandEvent.Responded.class, responded -> {
                assertThat(responded.commandId()).contains("c-0");
                assertThat(responded.detail().orElseThrow().textValue()).isEqualTo("failed: too hot");
            });
        }
        client.disconnect();
    }

    @Test
    void aDispatchSeenTwiceIsWrittenOnce() throws Exception {
        rig.register("cmd-twice");
        var client = Clients.device3(gateway, "cmd-twice");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            var unused = client.subscribeWith()
                    .topicFilter("devices/cmd-twice/+")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            long epoch = rig.awaitReady(sessions, "cmd-twice").epoch();
            rig.dispatch("c-1", "cmd-twice", 0, epoch, "one");
            rig.dispatch("c-1", "cmd-twice", 0, epoch, "one");
            rig.dispatch("c-2", "cmd-twice", 0, epoch, "two");
            assertThat(publishes.receive().getPayloadAsBytes()).asString().isEqualTo("one");
            assertThat(publishes.receive().getPayloadAsBytes()).asString().isEqualTo("two");
            assertThat(nextEvent("cmd-twice")).isInstanceOf(CommandEvent.Delivered.class);
            assertThat(nextEvent("cmd-twice")).isInstanceOf(CommandEvent.Delivered.class);
            assertThat(gateway.count("gateway.commands.repeated")).isEqualTo(1);
        }
        client.disconnect();
    }

    @Test
    void aDispatchForAnotherEpochIsNotWritten() throws Exception {
        rig.register("cmd-stale");
        var client = Clients.device3(gateway, "cmd-stale");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            var unused = client.subscribeWith()
                    .topicFilter("devices/cmd-stale/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            long epoch = rig.awaitReady(sessions, "cmd-stale").epoch();
            rig.dispatch("stale", "cmd-stale", 0, epoch - 1, "no");
            rig.dispatch("fresh", "cmd-stale", 0, epoch, "yes");
            assertThat(publishes.receive().getPayloadAsBytes()).asString().isEqualTo("yes");
            assertThat(nextEvent("cmd-stale")).isInstanceOfSatisfying(CommandEvent.Undelivered.class, undelivered -> {
                assertThat(undelivered.commandId()).isEqualTo("stale");
                assertThat(undelivered.reason()).isEqualTo(UndeliveredReason.SESSION_GONE);
            });
        }
        client.disconnect();
    }

    @Test
    void aDispatchBeforeTheSubscriptionIsReportedAndTheNextOneBehindReadyIsWritten() throws Exception {
        rig.register("cmd-early");
        var client = Clients.device3(gateway, "cmd-early");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            long epoch = sessions.await(r -> "cmd-early".equals(Tail.key(r))
                            && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Opened)
                    .offset();
            rig.dispatch("early", "cmd-early", 0, epoch, "too early");
            assertThat(nextEvent("cmd-early")).isInstanceOfSatisfying(CommandEvent.Undelivered.class, undelivered -> {
                assertThat(undelivered.commandId()).isEqualTo("early");
                assertThat(undelivered.reason()).isEqualTo(UndeliveredReason.NOT_SUBSCRIBED);
            });
            var unused = client.subscribeWith()
                    .topicFilter("devices/cmd-early/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertThat(rig.awaitReady(sessions, "cmd-early").epoch()).isEqualTo(epoch);
            rig.dispatch("early", "cmd-early", 0, epoch, "in time");
            assertThat(publishes.receive().getPayloadAsBytes()).asString().isEqualTo("in time");
            assertThat(nextEvent("cmd-early")).isInstanceOf(CommandEvent.Delivered.class);
        }
        client.disconnect();
    }

    @Test
    void withQos0ItIsUnconfirmed() {
        rig.register("cmd-0");
        var client = Clients.device3(gateway, "cmd-0");
        var unused = client.subscribeWith()
                .topicFilter("devices/cmd-0/commands")
                .qos(MqttQos.AT_MOST_ONCE)
                .send();
        SessionEvent.Ready ready = rig.awaitReady(sessions, "cmd-0");
        assertThat(ready.qos()).isZero();
        rig.dispatch("c-1", "cmd-0", 0, ready.epoch(), "x");
        assertThat(nextEvent("cmd-0")).isInstanceOf(CommandEvent.Unconfirmed.class);
        client.disconnect();
    }

    @Test
    void aCommandTooLargeForTheClientIsNotWrittenAndTheConnectionStays() {
        rig.register("cmd-small");
        var client = Clients.mqtt5(gateway, "cmd-small", "cmd-small", "pw-cmd-small");
        var unused = client.connectWith()
                .restrictions()
                .maximumPacketSize(300)
                .applyRestrictions()
                .send();
        var granted = client.subscribeWith()
                .topicFilter("devices/cmd-small/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
        assertThat(granted.getReasonCodes()).hasSize(1);
        long epoch = rig.awaitReady(sessions, "cmd-small").epoch();
        rig.dispatch("c-1", "cmd-small", 0, epoch, "x".repeat(300));
        assertThat(nextEvent("cmd-small"))
                .isInstanceOfSatisfying(CommandEvent.Undelivered.class, u -> assertThat(u.reason())
                        .isEqualTo(UndeliveredReason.TOO_LARGE));
        rig.dispatch("c-2", "cmd-small", 0, epoch, "x");
        assertThat(nextEvent("cmd-small")).isInstanceOf(CommandEvent.Delivered.class);
        client.disconnect();
    }

    @Test
    void aSessionThatEndsWithoutAcknowledgingLosesTheCommand() throws Exception {
        rig.register("cmd-lost");
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("cmd-lost", "cmd-lost", "pw-cmd-lost"),
                    RawClient.subscribe("devices/cmd-lost/commands", 1));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("90 00 01 01");
            rig.dispatch(
                    "c-1", "cmd-lost", 0, rig.awaitReady(sessions, "cmd-lost").epoch(), "x");
            assertThat(client.next()).startsWith("32 ");
        }
        assertThat(nextEvent("cmd-lost"))
                .isInstanceOfSatisfying(CommandEvent.Undelivered.class, u -> assertThat(u.reason())
                        .isEqualTo(UndeliveredReason.SESSION_LOST));
    }

    /** As esp-mqtt does it: the handler answers, and when it has returned comes the PUBACK. */
    @Test
    void anAnswerWithoutAnIdIsForTheCommandThatTheDeviceIsAtWork() throws Exception {
        rig.register("cmd-answer");
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("cmd-answer", "cmd-answer", "pw-cmd-answer"),
                    RawClient.subscribe("devices/cmd-answer/commands", 1));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("90 00 01 01");
            rig.dispatch(
                    "c-1",
                    "cmd-answer",
                    0,
                    rig.awaitReady(sessions, "cmd-answer").epoch(),
                    "x");
            assertThat(client.next()).startsWith("32 ");
            client.send(RawClient.publish("devices/cmd-answer/responses", "{\"status\":\"succeeded\"}", 1, 7, false));
            assertThat(client.next()).isEqualTo("40 00 07");
            assertThat(nextEvent("cmd-answer"))
                    .isInstanceOfSatisfying(CommandEvent.Responded.class, e -> assertThat(e.commandId())
                            .contains("c-1"));
        }
    }

    @Test
    void unsubscribingIsTold() {
        rig.register("cmd-un");
        var client = Clients.device5(gateway, "cmd-un");
        var unused = client.subscribeWith().topicFilter("devices/cmd-un/#").send();
        long epoch = rig.awaitReady(sessions, "cmd-un").epoch();
        var unsubscribed =
                client.unsubscribeWith().topicFilter("devices/cmd-un/#").send();
        assertThat(unsubscribed.getReasonCodes()).hasSize(1);
        var record = sessions.await(r -> "cmd-un".equals(Tail.key(r))
                && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Unready);
        assertThat(((SessionEvent.Unready) Json.read(record.value(), SessionEvent.class)).epoch())
                .isEqualTo(epoch);
        client.disconnect();
    }

    @Test
    void theConfigurationComesOnSubscribeAndOnChange() throws Exception {
        rig.register("cmd-config");
        rig.put("cmd-config", true, Optional.of("{\"interval\":15}"), "pw-cmd-config");
        // A device that was not configured yet when it subscribed would get nothing: wait until the gateway knows.
        await().untilAsserted(() -> {
            var client = Clients.device3(gateway, "cmd-config");
            try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
                var unused = client.subscribeWith()
                        .topicFilter("devices/cmd-config/config")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                assertThat(publishes.receive(1, TimeUnit.SECONDS).map(p -> new String(p.getPayloadAsBytes(), UTF_8)))
                        .contains("{\"interval\":15}");
                rig.put("cmd-config", true, Optional.of("{\"interval\":60}"), "pw-cmd-config", "pw-cmd-config");
                client.disconnect();
            }
        });
        var client = Clients.device3(gateway, "cmd-config");
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            var unused = client.subscribeWith()
                    .topicFilter("devices/cmd-config/config")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            await().until(() -> publishes
                    .receive(1, TimeUnit.SECONDS)
                    .map(p -> new String(p.getPayloadAsBytes(), UTF_8))
                    .filter("{\"interval\":60}"::equals)
                    .isPresent());
        }
        client.disconnect();
    }
}
