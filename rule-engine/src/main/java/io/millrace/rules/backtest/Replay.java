package io.millrace.rules.backtest;

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
import io.millrace.rules.evaluation.Tally;
import io.millrace.rules.evaluation.Witness;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.lint.Recording.Series;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One rule set on the devices of one lane. Of its worker's thread. */
final class Replay implements Outlet, Witness {

    /** The engine asks a rule only when it might find something new; how often it knows nothing is seen from samples. */
    private static final int READINGS_PER_SURVEY = 31;

    private final Aliveness aliveness = new Aliveness();
    private final Devices devices = new Devices();
    private final Map<RuleId, RuleRecord> records = new HashMap<>();
    private final Map<String, RuleRecord> byName = new HashMap<>();
    private final Map<String, List<Noisy>> noisy = new HashMap<>();
    private final PartitionEngine engine;
    private long offset;

    /** A number that is listened to because a rule flaps with it. */
    private record Noisy(int slot, Series numbers) {}

    Replay(RuleSet rules, Set<String> topics) {
        rules.rules().forEach(rule -> {
            RuleRecord record = new RuleRecord(rule);
            records.put(rule.id(), record);
            byName.put(rule.id().toString(), record);
        });
        engine = new PartitionEngine(Unlimited.of(rules), devices, aliveness, topics, DeviceTime.NONE, this, this);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
    }

    void sign(long time) {
        aliveness.sign(time);
    }

    void register(byte[] key, DeviceAttributes attributes, long time) {
        var unused = engine.registry(key, Optional.of(attributes), 0, offset++, time);
    }

    /** False if the payload cannot be used. */
    boolean read(byte[] key, byte[] value, long time) {
        try {
            long at = offset++;
            var unused = engine.telemetry(key, value, 0, at, time);
            if (!noisy.isEmpty()) {
                listen(key, time);
            }
            if (at % READINGS_PER_SURVEY == 0) {
                engine.survey(key, this::says);
            }
            return true;
        } catch (ReadingScanner.Poison rejected) {
            return false;
        }
    }

    private void listen(byte[] key, long time) {
        DeviceState device = Objects.requireNonNull(devices.find(key));
        for (Noisy one : noisy.getOrDefault(device.id(), List.of())) {
            double number = device.number(one.slot);
            if (!Double.isNaN(number)) {
                one.numbers.add(time, number);
            }
        }
    }

    /** Nothing comes after that time. */
    void end(long time) {
        engine.advance(time);
        records.values().forEach(RuleRecord::close);
        engine.tally().drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId rule, int result, long count) {
                record(rule).errors += result == Tally.ERROR ? count : 0;
            }

            @Override
            public void transitions(RuleId rule, Phase to, long count) {}

            @Override
            public void actions(RuleId rule, Action.Kind action, Outcome outcome, long count) {}

            @Override
            public void instances(RuleId rule, Phase phase, long change) {}
        });
    }

    private void says(RuleId rule, int result) {
        RuleRecord record = record(rule);
        record.asked++;
        record.unknown += result == BooleanExpression.UNKNOWN ? 1 : 0;
    }

    /** Those that have been heard, registered or not. */
    int deviceCount() {
        return (int) devices.all().stream()
                .filter(device -> device.lastSeen() != DeviceState.NEVER)
                .count();
    }

    /** Devices for which the rule is meant. */
    long matched(Rule rule) {
        return devices.all().stream()
                .filter(device -> rule.appliesTo(device.id(), device.attributes()))
                .count();
    }

    RuleRecord record(RuleId rule) {
        return Objects.requireNonNull(records.get(rule));
    }

    @Override
    public void moved(RuleId rule, String deviceId, long time, Phase from, Phase to) {
        if (from.isFiring() != to.isFiring()) {
            RuleRecord record = record(rule);
            boolean flaps = to.isFiring() ? record.fires(deviceId, time) : record.ends(deviceId, time);
            if (flaps) {
                flaps(record, deviceId);
            }
        }
    }

    private void flaps(RuleRecord record, String deviceId) {
        record.listen().ifPresent(numbers -> {
            int slot = record.rule().inputs().fields().toArray()[0];
            noisy.computeIfAbsent(deviceId, id -> new ArrayList<>()).add(new Noisy(slot, numbers));
        });
    }

    @Override
    public void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome) {
        record(rule).acted(deviceId, time, action, outcome);
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
