package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.EvaluationError;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.TestRules;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleEngineMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RuleEngineMetrics metrics = new RuleEngineMetrics(registry);

    @Test
    void onlyTheSetInForceIsShown() {
        metrics.inForce(named("old"));
        metrics.inForce(named("new"));

        assertThat(registry.scrape().lines().filter(line -> line.startsWith("rules_config_info")))
                .singleElement()
                .isEqualTo("rules_config_info{hash=\"new\"} 1");
    }

    /** As RULES lists them, by the names that Prometheus sees. */
    @Test
    void everyMeterHasItsNameAndItsLabels() throws Exception {
        RuleSet rules = TestRules.of("""
                rules:
                  - rule: fan
                    expr: temperature / count > 30
                    send: FAN_ON
                    cooldown: 1m
                    confirm: {expr: running, within: 10s}
                """);
        PartitionEngine engine = new PartitionEngine(rules, new Devices(), new Aliveness(), Set.of(), NOWHERE);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
        long time = 1_000_000;
        for (String json : List.of(
                "{\"count\":1}",
                "{\"temperature\":31}",
                "{\"temperature\":3,\"running\":true}",
                "{\"temperature\":31}",
                "{\"temperature\":32,\"count\":0}")) {
            time += 1000;
            var unused = engine.telemetry("esp32-01".getBytes(UTF_8), json.getBytes(UTF_8), 0, time, time);
        }
        metrics.inForce(rules);
        metrics.reload(true);
        metrics.add(engine.tally());
        metrics.evaluated(700);
        metrics.reaction(3);
        metrics.timeLag(2, new Progress(), progress -> 0);

        String scrape = registry.scrape();
        String rule = "group=\"test\",";
        assertThat(scrape)
                .contains(
                        "rules_evaluations_total{" + rule + "result=\"true\",rule=\"fan\"} 2.0",
                        "rules_evaluations_total{" + rule + "result=\"false\",rule=\"fan\"} 1.0",
                        "rules_evaluations_total{" + rule + "result=\"unknown\",rule=\"fan\"} 1.0",
                        "rules_evaluations_total{" + rule + "result=\"error\",rule=\"fan\"} 1.0",
                        "rules_instances{" + rule + "rule=\"fan\",state=\"firing\"} 1.0",
                        "rules_transitions_total{" + rule + "rule=\"fan\",to=\"firing\"} 2.0",
                        "rules_actions_total{action=\"send\"," + rule + "outcome=\"sent\",rule=\"fan\"} 1.0",
                        "rules_actions_total{action=\"send\"," + rule + "outcome=\"cooldown\",rule=\"fan\"} 1.0",
                        "rules_confirmations_total{" + rule + "outcome=\"confirmed\",rule=\"fan\"} 1.0",
                        "rules_last_fired_timestamp_seconds{" + rule + "rule=\"fan\"} 1004.0",
                        "rules_evaluation_seconds_count 1",
                        "rules_reaction_seconds_count 1",
                        "rules_config_info{hash=\"" + rules.revision() + "\"} 1",
                        "rules_config_reload_successful 1.0",
                        "rules_time_lag_seconds{partition=\"2\"}");
        assertThat(metrics.lastError(new RuleId("test", "fan")))
                .map(EvaluationError::values)
                .contains("32 / 0");
    }

    private static final Outlet NOWHERE = new Outlet() {
        @Override
        public void emit(DeviceState device, Emission emission) {}

        @Override
        public void changed(DeviceState device) {}

        @Override
        public void forgotten(DeviceState device) {}
    };

    private static RuleSet named(String revision) {
        return new RuleSet(revision, RuleSet.EMPTY.rules(), RuleSet.EMPTY.fields());
    }
}
