package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent again, because the device said no or nothing. */
@Timeout(60)
class CommandRetryIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aCommandThatFailsIsSentAgainAsItsSenderWishes() throws Exception {
        String device = fleet.device("retrying");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = sendWith(device, "\"retry\":{\"times\":2,\"delay\":\"1s\"}");
        String behind = null;
        for (int attempt = 1; attempt <= 2; attempt++) {
            Dispatch dispatch = gateway.nextDispatch(device);
            assertThat(dispatch.commandId()).isEqualTo(id);
            assertThat(dispatch.attempt()).isEqualTo(attempt);
            gateway.responded(device, Optional.of(id), CommandStatus.FAILED);
            gateway.delivered(dispatch);
            if (behind == null) {
                // What comes after it does not wait for its retry.
                fleet.awaitStatus(id, "queued");
                behind = fleet.send(device, "NEXT");
                Dispatch next = gateway.nextDispatch(device);
                assertThat(next.commandId()).isEqualTo(behind);
                gateway.delivered(next);
            }
        }
        Dispatch last = gateway.nextDispatch(device);
        assertThat(last.attempt()).isEqualTo(3);
        gateway.delivered(last);
        gateway.responded(device, Optional.of(id), CommandStatus.SUCCEEDED);
        fleet.awaitStatus(id, "succeeded");
        assertThat(fleet.command(id).get("retries").asInt()).isEqualTo(2);
        assertThat(fleet.command(id).at("/timeline/2/reason").asText()).startsWith("retry 1 of 2");
    }

    @Test
    void anAnswerThatIsReadAgainDoesNotCountForTheRetryThatIsOnItsWay() throws Exception {
        String device = fleet.device("read-again");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = sendWith(device, "\"retry\":{\"times\":3,\"delay\":\"1s\"}");
        gateway.delivered(gateway.nextDispatch(device));
        var failed = new ProducerRecord<>(
                fleet.topics().commandEvents(),
                device.getBytes(UTF_8),
                Json.write(new CommandEvent.Responded(
                        Optional.of(id), new DeviceId(device), Instant.now(), CommandStatus.FAILED, Optional.empty())));
        gateway.send(failed);
        Dispatch retry = gateway.nextDispatch(device);

        gateway.send(failed);
        gateway.delivered(retry);
        fleet.awaitStatus(id, "delivered");
        assertThat(fleet.timeline(id)).containsExactly("queued", "sent", "delivered", "responded", "sent", "delivered");
    }

    @Test
    void anAnswerThatIsMissingIsAFailure() throws Exception {
        String device = fleet.device("mute");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = sendWith(
                device, "\"answerWithin\":\"1s\",\"retry\":{\"times\":1,\"delay\":\"1s\",\"on\":[\"no-answer\"]}");
        gateway.delivered(gateway.nextDispatch(device));
        gateway.delivered(gateway.nextDispatch(device));
        fleet.awaitStatus(id, "failed");
        assertThat(fleet.command(id).get("reason").asText()).isEqualTo("no-answer");
        assertThat(fleet.timeline(id))
                .containsExactly(
                        "queued", "sent", "delivered", "answer-overdue", "sent", "delivered", "answer-overdue");
    }

    @Test
    void aRetryPolicyThatCannotBeIsRefusedWithItsField() {
        String device = fleet.device("policies");
        for (String wrong : new String[] {
            "{}",
            "{\"times\":0}",
            "{\"times\":1,\"delay\":\"2d\"}",
            "{\"times\":1,\"on\":[\"no-answer\"]}",
            "{\"times\":1,\"on\":[]}",
            "{\"times\":1,\"until\":1}"
        }) {
            var reply = fleet.call(
                    "POST", "/devices/" + device + "/commands", "{\"payload\":\"A\",\"retry\":" + wrong + "}");
            assertThat(reply.status()).as(wrong).isEqualTo(400);
            assertThat(reply.json().get("field").asText()).as(wrong).startsWith("retry");
        }
    }

    private static String sendWith(String device, String fields) {
        var reply = fleet.call("POST", "/devices/" + device + "/commands", "{\"payload\":\"A\"," + fields + "}");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(202);
        return reply.json().get("commandId").asText();
    }
}
