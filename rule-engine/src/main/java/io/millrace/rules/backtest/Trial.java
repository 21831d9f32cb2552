package io.millrace.rules.backtest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.evaluation.RegisteredAttributes;
import io.millrace.rules.evaluation.Witness;
import io.millrace.rules.expression.Field;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleTrial;
import io.millrace.schemas.RuleTrial.Act;
import io.millrace.schemas.RuleTrial.Report;
import io.millrace.schemas.RuleTrial.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rules on the recorded readings of one device, told step by step. The device is new to them when it begins, and gateways live all the time.
 * Limits that concern many devices are out of force, as in a back-test. Bounded in time and in what it tells; one use, one thread.
 */
public final class Trial implements Outlet, Witness {

    private static final int MOST_TOLD = 1_000;
    private static final long HEARTBEAT_MILLIS = 10_000;

    private final RuleTrial.Question question;
    private final long until;
    private final Map<RuleId, List<Field>> read = new HashMap<>();
    private final Map<String, JsonNode> last = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Act> actions = new ArrayList<>();
    private final Aliveness aliveness = new Aliveness();
    private final PartitionEngine engine;
    private long nextHeartbeat;
    private boolean tooMuch;

    private Trial(RuleSet rules, RuleTrial.Question question, Duration patience) {
        this.question = question;
        until = System.nanoTime() + patience.toNanos();
        rules.rules()
                .forEach(rule -> read.put(
                        rule.id(),
                        Arrays.stream(rule.inputs().fields().toArray())
                                .mapToObj(slot -> rules.fields().fields().get(slot))
                                .toList()));
        nextHeartbeat = question.from().toEpochMilli();
        engine = new PartitionEngine(
                Unlimited.of(rules),
                new Devices(),
                aliveness,
                Backtest.topics(List.of(rules)),
                DeviceTime.NONE,
                this,
                this);
    }

    public static Report run(RuleSet rules, RuleTrial.Question question, Duration patience) {
        return new Trial(rules, question, patience).run();
    }

    private Report run() {
        byte[] device = question.device().value().getBytes(US_ASCII);
        long now = question.from().toEpochMilli();
        engine.begin(now);
        passTo(now);
        var unused = engine.registry(
                device,
                Optional.of(RegisteredAttributes.of(question.type(), question.labels(), question.attributes())),
                0,
                0,
                now);
        int readings = 0;
        for (RuleTrial.Reading reading : question.readings()) {
            if (System.nanoTime() > until) {
                tooMuch = true;
                return report(readings, now);
            }
            now = Math.max(now, reading.time());
            passTo(now);
            take(device, reading.value(), readings++, now);
        }
        now = Math.max(now, question.to().toEpochMilli());
        passTo(now);
        return report(readings, now);
    }

    private Report report(int readings, long now) {
        return new Report(readings, Instant.ofEpochMilli(now), tooMuch, steps, actions);
    }

    /** What is due before a reading sees the values from before it. */
    private void passTo(long time) {
        for (; nextHeartbeat <= time; nextHeartbeat += HEARTBEAT_MILLIS) {
            aliveness.sign(nextHeartbeat);
            engine.advance(nextHeartbeat);
        }
        engine.advance(time);
    }

    private void take(byte[] device, JsonNode value, int offset, long time) {
        if (value instanceof ObjectNode fields) {
            fields.properties().forEach(field -> last.put(field.getKey(), field.getValue()));
        }
        try {
            var unused = engine.telemetry(device, Json.write(value), 0, offset, time);
        } catch (ReadingScanner.Poison rejected) {
            // As in the engine: it decides nothing.
            passTo(time);
        }
    }

    @Override
    public void moved(RuleId rule, String deviceId, long time, Phase from, Phase to) {
        if (hasRoom(steps)) {
            steps.add(new Step(Instant.ofEpochMilli(time), rule.toString(), to.text(), values(rule)));
        }
    }

    private Map<String, JsonNode> values(RuleId rule) {
        Map<String, JsonNode> values = new TreeMap<>();
        for (Field field : read.getOrDefault(rule, List.of())) {
            JsonNode value = last.get(field.path().get(0));
            for (int i = 1; value != null && i < field.path().size(); i++) {
                value = value.get(field.path().get(i));
            }
            if (value != null && value.isValueNode()) {
                values.put(field.name(), value);
            }
        }
        return values;
    }

    /** Of what goes out {@link #emit} tells more. */
    @Override
    public void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome) {
        if (outcome != Outcome.SENT && outcome != Outcome.DRY_RUN || action == Action.Kind.LOG) {
            tell(new Act(
                    Instant.ofEpochMilli(time),
                    Optional.of(rule.toString()),
                    action.text(),
                    deviceId,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    outcome.text()));
        }
    }

    @Override
    public void emit(DeviceState device, Emission emission) {
        if (emission instanceof Emission.DryRun dry) {
            tell(device, dry.wanted(), Outcome.DRY_RUN);
        } else {
            tell(device, emission, Outcome.SENT);
        }
    }

    private void tell(DeviceState device, Emission emission, Outcome outcome) {
        if (emission instanceof Emission.Command command) {
            var request = command.request();
            tell(new Act(
                    request.createdAt(),
                    request.rule(),
                    "send",
                    request.deviceId().value(),
                    Optional.of(new String(request.payload(), UTF_8)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    outcome.text()));
        } else if (emission instanceof Emission.Alert alert) {
            var event = alert.event();
            tell(new Act(
                    event.at(),
                    Optional.of(event.rule()),
                    "alert",
                    device.id(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(event.labels().get("alertname")),
                    Optional.of(event.status().text()),
                    event.level(),
                    Optional.ofNullable(event.annotations().get("summary")),
                    outcome.text()));
        } else if (emission instanceof Emission.Publication publication) {
            tell(new Act(
                    Instant.ofEpochMilli(publication.time()),
                    Optional.empty(),
                    "publish",
                    publication.deviceId(),
                    Optional.of(publication.value()),
                    Optional.of(publication.topic()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    outcome.text()));
        }
    }

    private void tell(Act act) {
        if (hasRoom(actions)) {
            actions.add(act);
        }
    }

    private boolean hasRoom(List<?> told) {
        tooMuch |= told.size() >= MOST_TOLD;
        return told.size() < MOST_TOLD;
    }

    @Override
    public void changed(DeviceState device) {}

    @Override
    public void forgotten(DeviceState device) {}
}
