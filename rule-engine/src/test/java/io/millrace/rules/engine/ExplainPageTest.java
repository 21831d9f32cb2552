package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.DeviceRuleStates;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleExplanation;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExplainPageTest {

    private static final RuleSet RULES = RuleFiles.compile(List.of(new SourceText("greenhouse.rules.yaml", """
                    rules:
                      - rule: fan
                        expr: temperature > 30
                        for: 1m
                        send: FAN_ON
                      - alert: Hot
                        expr: temperature > 40
                    """)))
            .rules()
            .orElseThrow();

    private static final Outlet NOWHERE = new Outlet() {
        @Override
        public void emit(DeviceState device, Emission emission) {}

        @Override
        public void changed(DeviceState device) {}

        @Override
        public void forgotten(DeviceState device) {}
    };

    private final Questions questions = new Questions(1);
    private final ExplainPage page = new ExplainPage(() -> RULES, questions);
    private final PartitionEngine engine =
            new PartitionEngine(RULES, new Devices(), new Aliveness(), Set.of(), NOWHERE);

    private CompletableFuture<Page> ask(String query) {
        return page.answer(URI.create("/explain" + query)).toCompletableFuture();
    }

    private Page answered(String query) throws Exception {
        CompletableFuture<Page> answer = ask(query);
        questions.answer(0, engine);
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static String code(Page page) {
        return page.status() + " "
                + Json.read(page.body().getBytes(UTF_8), JsonNode.class)
                        .path("code")
                        .asText();
    }

    private void speaks(long time) throws Exception {
        engine.begin(PartitionEngine.UNKNOWN_TIME);
        var unused = engine.telemetry("esp32-07".getBytes(UTF_8), "{\"temperature\":31}".getBytes(UTF_8), 0, 17, time);
    }

    @Test
    void theTaskThatHasTheDeviceAnswersBetweenTwoRecords() throws Exception {
        questions.open(0);
        speaks(1_000_000);
        CompletableFuture<Page> answer = ask("?rule=fan&device=esp32-07");
        assertThat(answer).isNotDone();
        questions.answer(0, engine);
        Page found = answer.get(30, TimeUnit.SECONDS);
        assertThat(found.status()).isEqualTo(200);
        RuleExplanation explanation = Json.read(found.body().getBytes(UTF_8), RuleExplanation.class);
        assertThat(explanation.state()).isEqualTo("pending");
        assertThat(explanation.lastMessage()).contains("0/17");
        assertThat(explanation.conditions().get(0).parts().get(0).shown()).isEqualTo("31 > 30");
        assertThat(explanation.transitions())
                .extracting(RuleExplanation.Transition::cause)
                .containsExactly("telemetry/0/17");
    }

    @Test
    void withoutARuleAllOfThemAreListed() throws Exception {
        questions.open(0);
        speaks(1_000_000);
        Page found = answered("?device=esp32-07");
        DeviceRuleStates states = Json.read(found.body().getBytes(UTF_8), DeviceRuleStates.class);
        assertThat(states.rules())
                .extracting(rule -> rule.group() + "/" + rule.name() + " " + rule.state())
                .containsExactly("greenhouse/fan pending", "greenhouse/Hot inactive");
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        assertThat(code(answered("?device=esp32-07"))).isEqualTo("404 not-here");
        questions.open(0);
        assertThat(code(answered("?device=esp32-07"))).isEqualTo("404 unknown-device");
        assertThat(code(answered("?device=esp32-07&rule=fun"))).isEqualTo("404 unknown-rule");
        assertThat(answered("?device=esp32-07&rule=fun").body()).contains("did you mean \\\"fan\\\"?");
        assertThat(code(answered(""))).isEqualTo("400 invalid-device");
        assertThat(code(answered("?device=a%20b"))).isEqualTo("400 invalid-device");
        assertThat(code(answered("?device=esp32-07&at=now"))).isEqualTo("400 unknown-parameter");
    }

    @Test
    void aTaskThatEndsLeavesNobodyWaiting() throws Exception {
        questions.open(0);
        CompletableFuture<Page> answer = ask("?device=esp32-07");
        questions.close(0);
        assertThat(code(answer.get(30, TimeUnit.SECONDS))).isEqualTo("404 not-here");
    }

    @Test
    void noMoreQuestionsWaitThanABoundedNumberAndNoneForLong() throws Exception {
        questions.open(0);
        List<CompletableFuture<Page>> all = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            all.add(ask("?device=esp32-07"));
        }
        assertThat(code(all.get(64).get(30, TimeUnit.SECONDS))).isEqualTo("503 busy");
        assertThat(code(all.get(0).get(30, TimeUnit.SECONDS))).isEqualTo("503 no-answer");
    }
}
