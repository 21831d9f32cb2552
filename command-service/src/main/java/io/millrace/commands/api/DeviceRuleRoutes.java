package io.millrace.commands.api;

import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.rules.RuleEngines.Said;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRuleStates;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleExplanation;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the rules stand on a device, and why: {@code /devices/{id}/rules}. The rule engine that has the device is asked. */
public final class DeviceRuleRoutes {

    private static final Set<String> UNKNOWN = Set.of("unknown-device", "unknown-rule");

    private final RuleEngines engines;

    public DeviceRuleRoutes(RuleEngines engines) {
        this.engines = engines;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listDeviceRules", this::list), new Operation("explainRule", this::explain));
    }

    private Future<Answer> list(Call call) {
        return ask(call.device(), Optional.empty(), DeviceRuleStates.class);
    }

    private Future<Answer> explain(Call call) {
        String rule = call.path("group") + "/" + call.path("name");
        return ask(call.device(), Optional.of(rule), RuleExplanation.class);
    }

    private Future<Answer> ask(DeviceId device, Optional<String> rule, Class<?> page) {
        return engines.explain(device, rule).map(answers -> {
            for (Said answer : answers) {
                if (answer.status() == 200) {
                    Object read = Json.read(answer.page().getBytes(), page);
                    return Answer.ok(Json.mapper().valueToTree(read));
                }
            }
            for (Said answer : answers) {
                if (UNKNOWN.contains(answer.code())) {
                    throw Problem.of(404, answer.code(), answer.detail());
                }
            }
            throw Problem.of(
                    503,
                    "no-rule-engine",
                    "no rule engine of rules.engines explains device " + device.value() + ": "
                            + answers.stream()
                                    .map(answer -> answer.address() + " " + answer.detail())
                                    .toList());
        });
    }
}
