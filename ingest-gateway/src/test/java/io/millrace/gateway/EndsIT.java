package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.Role;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every CONNECT is counted once, by how it ended, and every connection that was let in once more, by why it ended. */
@Timeout(60)
class EndsIT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private int connects;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0);
        rig.register("e-bye", "e-lost", "e-two", "e-mute", "e-bad", "e-off", "e-stays");
        rig.key("ops", Role.OPERATOR, "secret-of-ops");
        rig.key("gone", Role.OPERATOR, "secret-of-gone");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private RawClient client(byte[] connect, String answer) throws IOException {
        RawClient client = new RawClient(gateway.port());
        connects++;
        client.send(connect);
        assertThat(client.next()).isEqualTo(answer);
        return client;
    }

    private RawClient device(String id) throws IOException {
        return client(RawClient.connect(id, id, "pw-" + id), "20 00 00");
    }

    private RawClient operator(String clientId, String key) throws IOException {
        return client(RawClient.connect(clientId, key, "secret-of-" + key), "20 00 00");
    }

    private static void ended(CloseReason reason, int times) {
        await().untilAsserted(() -> assertThat(gateway.count("gateway.sessions.closed", "reason", reason.text()))
                .as(reason.text())
                .isEqualTo(times));
    }

    @Test
    void everyConnectAndEveryEndIsCountedOnce() throws Exception {
        client(RawClient.connect("e-bye", "e-bye", "wrong"), "20 00 04").close();
        client(RawClient.connect("other", "e-bye", "pw-e-bye"), "20 00 02").close();

        RawClient bye = device("e-bye");
        bye.send(RawClient.hex("e0 00"));
        RawClient operatorsBye = operator("o-bye", "ops");
        operatorsBye.send(RawClient.hex("e0 00"));
        ended(CloseReason.CLIENT_DISCONNECT, 2);

        device("e-lost").close();
        operator("o-lost", "ops").close();
        ended(CloseReason.CONNECTION_LOST, 2);

        RawClient first = device("e-two");
        RawClient second = device("e-two");
        RawClient firstOperator = operator("o-two", "ops");
        RawClient secondOperator = operator("o-two", "ops");
        ended(CloseReason.TAKEN_OVER, 2);
        assertThat(first.isClosedByServer()).isTrue();
        assertThat(firstOperator.isClosedByServer()).isTrue();

        RawClient bad = device("e-bad");
        bad.send(RawClient.hex("00 00"));
        RawClient badOperator = operator("o-bad", "ops");
        badOperator.send(RawClient.hex("00 00"));
        ended(CloseReason.PROTOCOL_ERROR, 2);

        RawClient off = device("e-off");
        rig.put("e-off", false, Optional.empty(), "pw-e-off");
        RawClient offOperator = operator("o-off", "gone");
        rig.key("gone", Role.VIEWER, "secret-of-gone");
        ended(CloseReason.NOT_AUTHORIZED, 2);

        byte[] briefKeepAlive = RawClient.connect("e-mute", "e-mute", "pw-e-mute");
        briefKeepAlive[10] = 0;
        briefKeepAlive[11] = 1;
        RawClient mute = client(briefKeepAlive, "20 00 00");
        ended(CloseReason.KEEP_ALIVE_TIMEOUT, 1);

        RawClient stays = device("e-stays");
        await().until(() -> gateway.gauge("gateway.sessions") == 2 && gateway.gauge("gateway.operators") == 1);
        double accepted = gateway.count("gateway.connects", "outcome", "accepted");
        assertThat(gateway.sum("gateway.connects")).isEqualTo(connects);
        assertThat(accepted).isEqualTo(connects - 2);
        assertThat(gateway.sum("gateway.sessions.closed")).isEqualTo(accepted - 3);

        rig.stop(gateway);
        ended(CloseReason.GATEWAY_STOPPING, 3);
        assertThat(gateway.sum("gateway.sessions.closed")).isEqualTo(accepted);
        assertThat(gateway.sum("gateway.connects")).isEqualTo(connects);
        for (RawClient one : new RawClient[] {bye, operatorsBye, second, secondOperator, bad, badOperator}) {
            one.close();
        }
        for (RawClient one : new RawClient[] {first, firstOperator, off, offOperator, mute, stays}) {
            one.close();
        }
    }
}
