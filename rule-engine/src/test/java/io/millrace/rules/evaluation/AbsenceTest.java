package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AbsenceTest {

    private static final String SILENT = """
            rules:
              - alert: DeviceSilent
                absent_for: 10m
                annotations: {summary: "nothing since ${lastSeen}"}
            """;

    @Test
    void aDeviceThatSaysNothingIsSilentAndSpeaksAgain() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 2000);
        p.send(0, "{\"a\":1}").send(300, "{\"a\":1}").until(899);
        assertThat(p.told()).isEmpty();
        p.until(905);
        assertThat(p.alerts.get(0).annotations()).containsEntry("summary", "nothing since 2026-11-22T10:05:00Z");
        assertThat(p.told()).containsExactly("firing DeviceSilent 900");
        p.until(2000);
        assertThat(p.told()).isEmpty();
        p.send(2001, "{\"b\":1}");
        assertThat(p.told()).containsExactly("resolved DeviceSilent 2001");
    }

    @Test
    void otherDevicesReadingsMoveTimeButNotItsDeadline() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 700);
        p.send("a", 0, "{}").send("b", 10, "{}").send("b", 605, "{}");
        assertThat(p.told()).containsExactly("firing DeviceSilent 600");
        assertThat(p.phase("a", "DeviceSilent")).isEqualTo(Phase.FIRING);
        assertThat(p.phase("b", "DeviceSilent")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void nobodyIsCalledSilentWhileTheGatewayIsAway() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 60);
        p.send(0, "{}").until(1860);
        assertThat(p.told()).isEmpty();
        p.gatewayAlive(1860, 1915).until(1920).send(1920, "{}").until(2400);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void silenceGoesOnCountingWhenTheGatewayIsBack() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 60);
        p.send(0, "{}").until(1860).gatewayAlive(1860, 4000).until(2380);
        assertThat(p.told()).isEmpty();
        // 75 s counted before the outage (the last heartbeat vouches for 15 s), 525 s after it.
        p.until(2390);
        assertThat(p.told()).containsExactly("firing DeviceSilent 2385");
    }

    @Test
    void aDeviceIsNotSilentWhileItsOwnGatewayIsGone() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 8000);
        for (int second = 0; second <= 8000; second += 5) {
            if (second <= 60 || second >= 4000) {
                p.gateways.sign(0, Partition.at(second));
            }
            p.gateways.sign(1, Partition.at(second));
        }
        p.gateways.opened("here", 0, 100);
        p.gateways.opened("there", 1, 101);
        p.send("here", 0, "{}").send("there", 0, "{}").until(3999);
        assertThat(p.alerts).extracting(alert -> alert.labels().get("device")).containsExactly("there");
        var unused = p.told();
        // 75 s before the gateway went, 525 s after it came back.
        p.until(4524);
        assertThat(p.told()).isEmpty();
        p.until(4526);
        assertThat(p.told()).containsExactly("firing DeviceSilent 4525");
    }

    @Test
    void aDeviceThatAnotherGatewayServesOrThatLeftByItselfIsMissedAsEver() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 4000);
        p.gateways.sign(0, Partition.at(0));
        for (int second = 0; second <= 4000; second += 5) {
            p.gateways.sign(1, Partition.at(second));
        }
        p.gateways.opened("moved", 0, 100);
        p.gateways.opened("moved", 1, 102);
        p.gateways.left("moved", 100);
        p.gateways.opened("gone", 0, 101);
        p.gateways.left("gone", 101);
        p.send("moved", 0, "{}").send("gone", 0, "{}").until(601);
        assertThat(p.alerts)
                .extracting(alert -> alert.labels().get("device"))
                .containsExactlyInAnyOrder("moved", "gone");
    }

    @Test
    void aRegisteredDeviceNeverHeardOfIsSilentAfterItsRegistration() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 2000);
        p.until(100).register("quiet", 100, Map.of(), Map.of()).until(699);
        assertThat(p.told()).isEmpty();
        p.until(701);
        assertThat(p.told()).containsExactly("firing DeviceSilent 700");
    }

    @Test
    void aDeletedDeviceIsNotSilent() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 2000);
        p.until(0).register("gone", 0, Map.of(), Map.of()).until(601);
        assertThat(p.told()).hasSize(1);
        p.delete("gone", 700);
        assertThat(p.alerts.get(0).reason()).contains("device deleted");
        assertThat(p.told()).containsExactly("resolved DeviceSilent 700");
        p.until(2000);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aStrangerIsForgottenAfterThirtyDaysARegisteredDeviceIsNot() {
        double day = 24 * 3600;
        Partition p = new Partition(SILENT).gatewayAlive(0, 2000);
        p.send("stranger", 0, "{}").register("esp32-01", 1, Map.of(), Map.of()).until(29 * day);
        assertThat(p.told()).hasSize(2);
        assertThat(p.devices.size()).isEqualTo(2);
        p.until(30 * day);
        assertThat(p.alerts)
                .extracting(alert -> alert.reason().orElse(""))
                .containsExactly("device not heard of for 30 days");
        assertThat(p.devices.size()).isEqualTo(2);
        p.until(31 * day);
        assertThat(p.devices.size()).isEqualTo(1);
    }

    @Test
    void aRedeliveryIsASignOfLife() {
        Partition p = new Partition(SILENT).gatewayAlive(0, 2000);
        p.send(0, "{\"messageId\":1}").send(200, "{\"messageId\":1}").until(700);
        assertThat(p.told()).isEmpty();
        p.until(801);
        assertThat(p.told()).containsExactly("firing DeviceSilent 800");
    }

    @Test
    void aRedeliveryThatEndsASilenceBeginsTheNext() {
        Partition p = new Partition("rules: [{alert: Silent, absent_for: 1m}]").gatewayAlive(0, 2000);
        p.send(0, "{\"messageId\":1}").until(100).send(100, "{\"messageId\":1}").until(161);
        assertThat(p.told()).containsExactly("firing Silent 60", "resolved Silent 100", "firing Silent 160");
    }

    @Test
    void selectionSaysWhoIsMissed() {
        Partition p = new Partition("""
                rules:
                  - alert: FridgeSilent
                    devices: {labels: {kind: fridge}}
                    absent_for: 10m
                """).gatewayAlive(0, 2000);
        p.until(0)
                .register("fridge-1", 0, Map.of("kind", "fridge"), Map.of())
                .register("lamp-1", 0, Map.of("kind", "lamp"), Map.of())
                .send("stranger", 1, "{}")
                .until(1000);
        assertThat(p.alerts).extracting(alert -> alert.labels().get("device")).containsExactly("fridge-1");
        p.register("fridge-1", 1000, Map.of("kind", "shelf"), Map.of());
        assertThat(p.alerts.get(1).reason()).contains("device left the selection");
    }
}
