package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.rules.model.RuleSet;
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

    private static RuleSet named(String revision) {
        return new RuleSet(revision, RuleSet.EMPTY.rules(), RuleSet.EMPTY.fields());
    }
}
