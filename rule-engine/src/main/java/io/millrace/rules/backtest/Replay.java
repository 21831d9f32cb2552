package io.millrace.rules.backtest;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.evaluation.Tally;
import io.millrace.rules.evaluation.Witness;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One rule set on the devices of one lane. Of its worker's thread. */
final class Replay implements Outlet, Witness {

    private final Aliveness aliveness = new Aliveness();
    private final Devices devices = new Devices();
    private final Map<RuleId, RuleRecord> records = new HashMap<>();
    private final Map<String, RuleRecord> byName = new HashMap<>();
    private final PartitionEngine engine;
    private long offset;

    Replay(RuleSet rules, Set<String> topics) {
        rules.rules().forEach(rule -> {
            RuleRecord record = new RuleRecord();
            records.put(rule.id(), record);
            byName.put(rule.id().toString(), record);
        });
        engine = new PartitionEngine(rules, devices, aliveness, topics, this, this);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
    }

    void sign(long time) {
        aliveness.sign(time);
    }

    /** False if the payload cannot be used. */
    boolean read(byte[] key, byte[] value, long time) {
        try {
            var unused = engine.telemetry(key, value, 0, offset++, time);
            return true;
        } catch (ReadingScanner.Poison rejected) {
            return false;
        }
    }

    long ruleTime() {
        return engine.ruleTime();
    }

    /** Nothing comes after that time. */
    void end(long time) {
        engine.advance(time);
        engine.tally().drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId rule, int result, long count) {
                RuleRecord record = record(rule);
                record.evaluations += count;
                if (result == BooleanExpression.UNKNOWN) {
                    record.unknown += count;
                }
            }

            @Override
            public void transitions(RuleId rule, Phase to, long count) {}

            @Override
            public void actions(RuleId rule, Action.Kind action, Outcome outcome, long count) {}

            @Override
            public void instances(RuleId rule, Phase phase, long change) {}
        });
    }

    int deviceCount() {
        return devices.size();
    }

    /** Devices for which the rule is meant. */
    long matched(Rule rule) {
        return devices.all().stream()
                .filter(device -> rule.appliesTo(device.id(), device.attributes()))
                .count();
    }

    Map<RuleId, RuleRecord> records() {
        return records;
    }

    private RuleRecord record(RuleId rule) {
        return records.computeIfAbsent(rule, id -> new RuleRecord());
    }

    @Override
    public void moved(RuleId rule, String deviceId, long time, Phase from, Phase to) {
        if (from.isFiring() != to.isFiring()) {
            if (to.isFiring()) {
                record(rule).fires(deviceId, time);
            } else {
                record(rule).ends(deviceId, time);
            }
        }
    }

    @Override
    public void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome) {
        if (outcome != Outcome.SENT) {
            var unused = record(rule).withheld.merge(outcome, 1L, Long::sum);
        }
    }

    @Override
    public void emit(DeviceState device, Emission emission) {
        if (emission instanceof Emission.Command command) {
            RuleRecord record = byName.get(command.request().rule().orElse(""));
            if (record != null) {
                record.commands++;
            }
        }
    }

    @Override
    public void changed(DeviceState device) {}

    @Override
    public void forgotten(DeviceState device) {}
}
