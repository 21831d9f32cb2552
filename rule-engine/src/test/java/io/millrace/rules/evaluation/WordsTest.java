package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.Action;
import io.millrace.schemas.RuleControl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person says of a rule at work: seconds are those from which it holds. */
class WordsTest {

    private static final String FAN = """
            rules:
              - alert: fan
                expr: x > 1
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
            """;

    private static RuleControl mute(String rule, int seconds) {
        return RuleControl.mute("test", rule, Duration.ofSeconds(seconds), "ann", "cleaning");
    }

    private static RuleControl unmute(String rule) {
        return RuleControl.unmute("test", rule, "ann", "");
    }

    private static RuleControl release(String rule) {
        return RuleControl.release("test", rule, "ann", "");
    }

    @Test
    void aMutedRuleRunsItsStateAndKeepsQuiet() {
        Partition p = new Partition(FAN).say(10, mute("fan", 60));
        p.send(20, "{\"x\":2}");
        assertThat(p.phase("fan")).isEqualTo(Phase.FIRING);
        assertThat(p.sent()).isEmpty();
        assertThat(p.told()).isEmpty();
        assertThat(p.count("fan", Action.Kind.SEND, Outcome.MUTED)).isEqualTo(1);
        p.send(30, "{\"x\":0}");
        assertThat(p.phase("fan")).isEqualTo(Phase.INACTIVE);
        p.until(100);
        assertThat(p.sent()).as("over before the mute was").isEmpty();
        assertThat(p.told()).isEmpty();
    }

    @Test
    void whatStillFiresWhenTheMuteEndsIsDoneThenOnce() {
        Partition p = new Partition(FAN).say(10, mute("fan", 60));
        p.send(20, "{\"x\":2}").send("esp32-02", 21, "{\"x\":2}").until(69);
        assertThat(p.sent()).isEmpty();
        p.until(75);
        assertThat(p.sent()).containsExactly("FAN_ON", "FAN_ON");
        assertThat(p.told()).containsExactly("firing fan 70", "firing fan 70");
        p.send(80, "{\"x\":3}").until(200);
        assertThat(p.sent()).isEmpty();
        p.send(210, "{\"x\":0}");
        assertThat(p.sent()).containsExactly("FAN_OFF");
    }

    @Test
    void aMuteHoldsFromItsTimeOnAndNotBefore() {
        Partition p = new Partition(FAN).say(10, mute("fan", 60));
        p.send(9, "{\"x\":2}").send(10, "{\"x\":0}").send("esp32-02", 10, "{\"x\":2}");
        assertThat(p.sent()).as("FAN_OFF is muted").containsExactly("FAN_ON");
        assertThat(p.told())
                .as("but what was told is told to its end")
                .containsExactly("firing fan 9", "resolved fan 10");
    }

    @Test
    void somebodyUnmutesBeforeTheEnd() {
        Partition p = new Partition(FAN).say(10, mute("fan", 3600));
        p.send(20, "{\"x\":2}").say(30, unmute("fan")).until(40);
        assertThat(p.told()).containsExactly("firing fan 30");
        p.until(4000);
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void aLaterMuteTakesThePlaceOfTheOneBefore() {
        Partition p = new Partition(FAN).say(10, mute("fan", 3600)).say(20, mute("fan", 30));
        p.send(25, "{\"x\":2}").until(51);
        assertThat(p.told()).containsExactly("firing fan 50");

        Partition longer = new Partition(FAN).say(10, mute("fan", 20)).say(20, mute("fan", 60));
        longer.send(25, "{\"x\":2}").until(79);
        assertThat(longer.told()).isEmpty();
        assertThat(longer.until(81).told()).containsExactly("firing fan 80");
    }

    @Test
    void aMuteSurvivesRestartsAndRuleChanges() {
        Partition p = new Partition(FAN).say(10, mute("fan", 60));
        p = p.send(20, "{\"x\":2}").restarted();
        p.use(FAN.replace("FAN_ON", "FAN_HIGH"));
        p = p.until(50).restarted();
        assertThat(p.sent()).isEmpty();
        p.until(71);
        assertThat(p.sent()).containsExactly("FAN_HIGH");
        assertThat(p.restarted().until(200).told()).containsExactly("firing fan 70");
    }

    @Test
    void aMuteThatEndsWhileTheEngineIsAwayEndsAtItsTime() {
        Partition p = new Partition(FAN)
                .say(10, mute("fan", 60))
                .send(20, "{\"x\":2}")
                .until(30);
        p = p.restarted();
        p.send(300, "{\"x\":2}");
        assertThat(p.told()).containsExactly("firing fan 70");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void aWordThatComesLateHoldsAtOnce() {
        Partition p = new Partition(FAN).send(20, "{\"x\":2}").until(60);
        p.say(30, mute("fan", 10)).send(61, "{\"x\":0}");
        assertThat(p.sent()).containsExactly("FAN_ON", "FAN_OFF");
        p.until(100).say(90, mute("fan", 3600)).send(101, "{\"x\":2}");
        assertThat(p.sent()).isEmpty();
        p.until(200).say(150, unmute("fan")).until(201);
        assertThat(p.told()).endsWith("firing fan 200");
    }

    @Test
    void aRuleThatIsMutedLeavesItsTargetToTheNext() {
        Partition p = new Partition("""
                rules:
                  - {rule: best, target: heater, priority: 9, expr: x > 1, send: BEST}
                  - {rule: next, target: heater, expr: x > 1, send: NEXT}
                """).say(10, mute("best", 60));
        p.send(20, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("NEXT");
        assertThat(p.until(71).sent()).containsExactly("BEST");
    }

    @Test
    void whatAMutedScheduleMissesIsNotMadeUpFor() {
        Partition p = new Partition("""
                rules:
                  - {rule: tick, schedule: "* * * * *", expr: x > 1, send: TICK}
                """).gatewayAlive(0, 300).say(70, mute("tick", 120));
        p.send(1, "{\"x\":2}").until(200);
        assertThat(p.sent()).as("10:01, muted at 10:02 and 10:03").containsExactly("TICK");
        assertThat(p.until(241).sent()).containsExactly("TICK");
    }

    @Test
    void aMuteOfManyDaysEndsAfterThirty() {
        Instant from = Instant.ofEpochMilli(Partition.START);
        RuleControl forever = RuleControl.muteUntil("test", "fan", from.plus(Duration.ofDays(400)), "ann", "");
        assertThat(forever.end(from)).isEqualTo(from.plus(Duration.ofDays(30)));
    }

    private static final String FLEET = """
            rules:
              - rule: all
                expr: x > 1
                send: A
            """;

    private static Partition storm(Partition p, String prefix, double from, int devices) {
        for (int i = 0; i < devices; i++) {
            p.send(prefix + i, from + i * 0.1, "{\"x\":2}");
        }
        return p;
    }

    @Test
    void aReleasedRuleActsAgainAndCountsAnew() {
        Partition p = storm(new Partition(FLEET), "d", 0, 60);
        assertThat(p.sent()).hasSize(50);
        assertThat(p.told()).containsExactly("firing FleetBrake 5");
        assertThat(p.engine.held()).hasSize(1);
        p.say(10, release("all"));
        p.send("before", 9.9, "{\"x\":2}");
        assertThat(p.sent()).isEmpty();
        p.until(11);
        assertThat(p.told()).containsExactly("resolved FleetBrake 10");
        assertThat(p.engine.held()).isEmpty();
        storm(p, "e", 12, 60);
        assertThat(p.sent()).as("the acts before the release are forgiven").hasSize(50);
        assertThat(p.told()).containsExactly("firing FleetBrake 17");
        p.say(30, release("all")).until(31);
        assertThat(p.told()).containsExactly("resolved FleetBrake 30");
    }

    @Test
    void aReleaseCountsAfterARestartToo() {
        Partition p = storm(new Partition(FLEET), "d", 0, 60)
                .say(10, release("all"))
                .until(11)
                .restarted();
        p.commands.clear();
        storm(p, "e", 12, 40);
        p = p.restarted();
        assertThat(storm(p, "f", 20, 20).sent()).hasSize(50);
    }

    @Test
    void aRuleThatIsReadAgainAfterACrashFindsItselfHeldAsBefore() {
        Partition p = storm(new Partition(FLEET), "d", 0, 60)
                .say(10, release("all"))
                .until(11)
                .restarted();
        p.commands.clear();
        p.send("other", 8, "{\"x\":2}");
        assertThat(p.sent()).as("it was held at 8 s").isEmpty();
        p.send("another", 12, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("A");
    }

    @Test
    void aReleaseIsToldAgainByNobodyWhoStartsLater() {
        Partition p =
                storm(new Partition(FLEET), "d", 0, 60).say(10, release("all")).until(100);
        p.alerts.clear();
        p = p.send("d0", 101, "{\"x\":0}")
                .restarted()
                .send("d0", 102, "{\"x\":0}")
                .until(200);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aReleaseOfARuleThatIsNotHeldChangesNothing() {
        Partition p = storm(new Partition(FLEET).say(1, release("all")).say(1, release("nobody")), "d", 2, 60);
        assertThat(p.sent()).hasSize(50);
        assertThat(p.told()).isEqualTo(List.of("firing FleetBrake 7"));
    }
}
