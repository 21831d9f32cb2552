package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.CommandRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmTest {

    private static final String NIGHT = """
            rules:
              - rule: led-on-at-night
                expr: lux < 5 && !ledState
                resolve_expr: lux >= 5
                send: LED_ON
                confirm:
                  expr: ledState
                  within: 10s
                  retries: 2
                  on_failure:
                    - alert: LedDidNotSwitch
                      labels: {severity: warning}
            """;

    @Test
    void anEffectThatShowsInTimeEndsTheWaiting() {
        Partition p = new Partition(NIGHT);
        p.send(0, "{\"lux\":1,\"ledState\":false}")
                .send(5, "{\"ledState\":true}")
                .until(60);
        assertThat(p.sent()).containsExactly("LED_ON");
        assertThat(p.told()).isEmpty();
    }

    @Test
    void withoutEffectTheCommandIsRepeatedUnderItsAttemptAndThenGivenUp() {
        Partition p = new Partition(NIGHT);
        p.send(0, "{\"lux\":1,\"ledState\":false}")
                .send(9, "{\"ledState\":false}")
                .until(60);
        assertThat(p.commands).extracting(CommandRequest::attempt).containsExactly(0, 1, 2);
        assertThat(p.commands).extracting(CommandRequest::commandId).doesNotHaveDuplicates();
        assertThat(p.commands)
                .extracting(command -> command.createdAt().toEpochMilli())
                .containsExactly(Partition.at(0), Partition.at(10), Partition.at(20));
        assertThat(p.sent()).containsExactly("LED_ON", "LED_ON", "LED_ON");
        assertThat(p.told()).containsExactly("firing LedDidNotSwitch 30");
        p.send(70, "{\"lux\":100}");
        assertThat(p.told()).as("ends with the episode").containsExactly("resolved LedDidNotSwitch 70");
    }

    @Test
    void whatWasTrueBeforeTheCommandDoesNotCount() {
        Partition p = new Partition("""
                rules:
                  - rule: on
                    expr: x > 1
                    send: ON
                    confirm: {expr: on, within: 10s, retries: 1}
                """);
        p.send(0, "{\"on\":true}").send(1, "{\"x\":2}").send(5, "{\"x\":3}").until(30);
        assertThat(p.sent()).containsExactly("ON", "ON");
    }

    @Test
    void attemptsAndTheLastFiringAreCounted() {
        Partition p = new Partition(NIGHT);
        p.send(0, "{\"lux\":1,\"ledState\":false}").until(15).send(16, "{\"ledState\":true}");
        List<String> counted = new ArrayList<>();
        p.engine.tally().drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId rule, int result, long count) {}

            @Override
            public void transitions(RuleId rule, Phase to, long count) {}

            @Override
            public void actions(RuleId rule, Action.Kind action, Outcome outcome, long count) {}

            @Override
            public void confirmations(RuleId rule, String outcome, long count) {
                counted.add(outcome + " " + count);
            }

            @Override
            public void lastFired(RuleId rule, long time) {
                counted.add("fired " + (time - Partition.START));
            }

            @Override
            public void instances(RuleId rule, Phase phase, long change) {}
        });
        assertThat(counted).containsExactlyInAnyOrder("fired 0", "confirmed 1", "retried 1");
    }

    @Test
    void noRetryOnceTheRuleFiresNoMore() {
        Partition p = new Partition(NIGHT);
        p.send(0, "{\"lux\":1,\"ledState\":false}").send(5, "{\"lux\":100}").until(60);
        assertThat(p.sent()).containsExactly("LED_ON");
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aKillInTheMiddleForgetsNeitherAttemptsNorTimes() {
        Partition p = new Partition(NIGHT);
        p.send(0, "{\"lux\":1,\"ledState\":false}").until(12);
        p = p.restarted();
        p.until(15);
        p = p.restarted();
        p.until(60);
        assertThat(p.commands)
                .extracting(command ->
                        command.attempt() + " " + (command.createdAt().toEpochMilli() - Partition.START) / 1000)
                .containsExactly("0 0", "1 10", "2 20");
        assertThat(p.told()).containsExactly("firing LedDidNotSwitch 30");
    }

    @Test
    void allCommandsOfTheSetAreRepeated() {
        Partition p = new Partition("""
                rules:
                  - rule: on
                    expr: x > 1
                    on_firing: [{send: A}, {send: B, to: other}]
                    confirm: {expr: y > 1, within: 10s, retries: 1}
                """);
        p.send(0, "{\"x\":2}").until(30);
        assertThat(p.commands)
                .extracting(command -> new String(command.payload(), UTF_8) + " " + command.deviceId())
                .containsExactly("A esp32-01", "B other", "A esp32-01", "B other");
    }

    @Test
    void theSameCommandIsNotSentAgainWhileItsEffectIsAwaited() {
        Partition p = new Partition("""
                rules:
                  - rule: a
                    expr: x > 1
                    send: ON
                    confirm: {expr: on, within: 10s}
                  - rule: b
                    expr: y > 1
                    send: ON
                  - rule: c
                    expr: z > 1
                    send: OFF
                """);
        p.send(0, "{\"x\":2}").send(2, "{\"y\":2}");
        assertThat(p.sent()).containsExactly("ON");
        assertThat(p.count("b", Action.Kind.SEND, Outcome.DUPLICATE)).isEqualTo(1);
        p.send(3, "{\"y\":0,\"z\":2}").send(4, "{\"y\":2}");
        assertThat(p.sent()).as("another command came between").containsExactly("OFF", "ON");
        p.send(5, "{\"y\":0}").send(6, "{\"on\":true}").send(7, "{\"y\":2}");
        assertThat(p.sent()).as("confirmed").containsExactly("ON");
    }

    @Test
    void commandsThatCauseEachOtherMoreThanFiveTimesTrip() {
        Partition p = new Partition("""
                defaults:
                  limits: {per_device: 100/1m}
                rules:
                  - rule: led-on
                    expr: "!ledState"
                    send: LED_ON
                    confirm: {expr: ledState, within: 10s}
                  - rule: led-off
                    expr: ledState
                    send: LED_OFF
                    confirm: {expr: "!ledState", within: 10s}
                """);
        for (int i = 0; i < 20; i++) {
            p.send(i, "{\"ledState\":" + (i % 2 == 1) + "}");
        }
        assertThat(p.commands).extracting(CommandRequest::chain).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(p.told()).contains("firing RuleTripped 6");
    }

    @Test
    void aChainEndsWhereNothingWasSentForLongEnough() {
        Partition p = new Partition("""
                rules:
                  - rule: on
                    expr: x > 1
                    send: ON
                    confirm: {expr: x > 0, within: 5s}
                """);
        p.send(0, "{\"x\":2}")
                .send(3, "{\"x\":0}")
                .send(4, "{\"x\":2}")
                .send(20, "{\"x\":0}")
                .send(21, "{\"x\":2}");
        assertThat(p.commands).extracting(CommandRequest::chain).containsExactly(0, 1, 0);
    }

    @Test
    void aScheduleCanBeConfirmedToo() {
        Partition p = new Partition("""
                rules:
                  - rule: lights-out
                    schedule: "1 10 * * *"
                    send: LED_OFF
                    confirm:
                      expr: "!ledState"
                      within: 10s
                      retries: 1
                      on_failure: [{alert: LightStaysOn}]
                """);
        p.send(0, "{\"ledState\":true}").until(59).until(70).until(90);
        assertThat(p.sent()).containsExactly("LED_OFF", "LED_OFF");
        assertThat(p.told()).containsExactly("firing LightStaysOn 80", "resolved LightStaysOn 80");
    }
}
