package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InhibitionTest {

    private final Partition p = new Partition("""
            rules:
              - alert: Warm
                expr: temperature > 30
                inhibited_by: [Broken]
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: Broken
                expr: broken
            """);

    @Test
    void anInhibitedRuleKeepsItsStateToItself() {
        p.send(0, "{\"broken\":true}").send(1, "{\"temperature\":31}");
        assertThat(p.phase("Warm")).isEqualTo(Phase.FIRING);
        assertThat(p.told()).containsExactly("firing Broken 0");
        p.send(2, "{\"temperature\":20}");
        assertThat(p.told()).isEmpty();
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void whatWasWithheldComesOnceWhenTheInhibitionEnds() {
        p.send(0, "{\"broken\":true,\"temperature\":31}")
                .send(5, "{\"broken\":false}")
                .send(6, "{\"temperature\":32}");
        assertThat(p.told()).containsExactly("firing Broken 0", "resolved Broken 5", "firing Warm 5");
        assertThat(p.sent()).containsExactly("FAN_ON");
        p.send(7, "{\"temperature\":20}");
        assertThat(p.sent()).containsExactly("FAN_OFF");
        assertThat(p.told()).containsExactly("resolved Warm 7");
    }

    @Test
    void anAlertFurtherDownThatFiresOnTheSameMessageInhibitsToo() {
        p.send(0, "{\"temperature\":31,\"broken\":true}");
        assertThat(p.told()).containsExactly("firing Broken 0");
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void anAlertThatEndsOnTheSameMessageInhibitsNoMore() {
        p.send(0, "{\"temperature\":31}").send(1, "{\"broken\":true}");
        var unused = p.sent();
        p.send(2, "{\"temperature\":20,\"broken\":false}");
        assertThat(p.sent()).containsExactly("FAN_OFF");
    }

    @Test
    void whatWasToldBeforeIsResolvedAllTheSame() {
        p.send(0, "{\"temperature\":31}").send(1, "{\"broken\":true}").send(2, "{\"temperature\":20}");
        assertThat(p.told()).containsExactly("firing Warm 0", "firing Broken 1", "resolved Warm 2");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void otherDevicesAreNoneOfItsBusiness() {
        p.send("a", 0, "{\"broken\":true}").send("b", 1, "{\"temperature\":31}");
        assertThat(p.told()).containsExactly("firing Broken 0", "firing Warm 1");
    }

    @Test
    void anAlertRaisedByAnActionInhibitsToo() {
        Partition raised = new Partition("""
                rules:
                  - rule: guard
                    expr: broken
                    on_firing: [{alert: Fault}]
                  - alert: Warm
                    expr: temperature > 30
                    inhibited_by: [Fault]
                """);
        raised.send(0, "{\"broken\":true}").send(1, "{\"temperature\":31}");
        assertThat(raised.told()).containsExactly("firing Fault 0");
        raised.send(2, "{\"broken\":false}");
        assertThat(raised.told()).containsExactly("resolved Fault 2", "firing Warm 2");
    }
}
