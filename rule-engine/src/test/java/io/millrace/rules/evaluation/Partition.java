package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.RuleControl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One partition in memory: seconds in, what the rules did out. Gateways live from 0 s on unless told otherwise. */
final class Partition implements Outlet {

    static final long START = Instant.parse("2026-11-22T10:00:00Z").toEpochMilli();

    final List<CommandRequest> commands = new ArrayList<>();
    final List<AlertEvent> alerts = new ArrayList<>();
    final List<Emission> emissions = new ArrayList<>();
    final Devices devices = new Devices();
    final Gateways gateways;
    final Aliveness aliveness;
    final PartitionEngine engine;
    private final DeviceTime deviceTime;
    private Controls controls = Controls.NONE;
    private long words;
    private long offset;
    private long registryOffset;

    Partition(String yaml) {
        this(TestRules.of(yaml));
    }

    Partition(RuleSet rules) {
        this(rules, DeviceTime.NONE);
    }

    Partition(RuleSet rules, DeviceTime deviceTime) {
        this.deviceTime = deviceTime;
        gateways = new Gateways();
        aliveness = new Aliveness(gateways);
        engine =
                new PartitionEngine(rules, devices, aliveness, Set.of("device-events"), deviceTime, this, Witness.NONE);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
    }

    private Partition(Partition before) {
        deviceTime = before.deviceTime;
        gateways = before.gateways;
        aliveness = before.aliveness;
        commands.addAll(before.commands);
        alerts.addAll(before.alerts);
        emissions.addAll(before.emissions);
        offset = before.offset;
        registryOffset = before.registryOffset;
        RuleSet rules = before.engine.rules().set();
        DeviceStateCodec codec = new DeviceStateCodec();
        for (DeviceState device : before.devices.all()) {
            byte[] record = codec.write(device, before.engine.rules());
            devices.put(codec.read(device.id(), device.key(), record));
        }
        engine =
                new PartitionEngine(rules, devices, aliveness, Set.of("device-events"), deviceTime, this, Witness.NONE);
        controls = before.controls;
        words = before.words;
        engine.obey(controls);
        engine.begin(before.engine.ruleTime());
    }

    /** The engine is gone, another one starts with what the changelog holds. */
    Partition restarted() {
        return new Partition(this);
    }

    static long at(double seconds) {
        return START + Math.round(seconds * 1000);
    }

    /** Heartbeats every 5 s. */
    Partition gatewayAlive(double from, double to) {
        for (double second = from; second <= to; second += 5) {
            aliveness.sign(at(second));
        }
        return this;
    }

    Partition send(double seconds, String json) {
        return send("esp32-01", seconds, json);
    }

    Partition send(String device, double seconds, String json) {
        try {
            var unused = engine.telemetry(device.getBytes(UTF_8), json.getBytes(UTF_8), 3, offset++, at(seconds));
        } catch (ReadingScanner.Poison e) {
            throw new AssertionError(e);
        }
        return this;
    }

    PartitionEngine.Taken taken(double seconds, String json) throws ReadingScanner.Poison {
        return engine.telemetry("esp32-01".getBytes(UTF_8), json.getBytes(UTF_8), 3, offset++, at(seconds));
    }

    Partition register(String device, double seconds, Map<String, String> labels, Map<String, Object> attributes) {
        var unused = engine.registry(
                device.getBytes(UTF_8),
                Optional.of(new DeviceAttributes(labels, attributes)),
                3,
                registryOffset++,
                at(seconds));
        return this;
    }

    Partition delete(String device, double seconds) {
        var unused = engine.registry(device.getBytes(UTF_8), Optional.empty(), 3, registryOffset++, at(seconds));
        return this;
    }

    /** Time passes without a reading. */
    Partition until(double seconds) {
        engine.advance(at(seconds));
        return this;
    }

    Partition use(String yaml) {
        var unused = engine.use(TestRules.of(yaml));
        return this;
    }

    /** A person says so, and from then on it holds. */
    Partition say(double seconds, RuleControl word) {
        controls = controls.with(word, words++, at(seconds) - RuleControl.LEAD.toMillis());
        engine.obey(controls);
        return this;
    }

    /** Payloads of the commands so far, which are then forgotten. */
    List<String> sent() {
        List<String> payloads = commands.stream()
                .map(command -> new String(command.payload(), UTF_8))
                .toList();
        commands.clear();
        return payloads;
    }

    /** "firing TooHot 300" for each alert event so far, which are then forgotten; the number is the second of the event. */
    List<String> told() {
        List<String> events = alerts.stream()
                .map(event -> event.status().text() + " " + event.labels().get("alertname") + " "
                        + (event.at().toEpochMilli() - START) / 1000)
                .toList();
        alerts.clear();
        return events;
    }

    /** How often that became of such an action of a rule, since the last time somebody asked. */
    long count(String rule, Action.Kind kind, Outcome wanted) {
        long[] found = new long[1];
        engine.tally().drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId id, int result, long count) {}

            @Override
            public void transitions(RuleId id, Phase to, long count) {}

            @Override
            public void actions(RuleId id, Action.Kind action, Outcome outcome, long count) {
                found[0] += id.name().equals(rule) && action == kind && outcome == wanted ? count : 0;
            }

            @Override
            public void instances(RuleId id, Phase phase, long change) {}
        });
        return found[0];
    }

    /** How often each rule has been asked, by name, since the last time somebody asked that. */
    Map<String, Long> evaluations() {
        Map<String, Long> counts = new HashMap<>();
        engine.tally().drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId id, int result, long count) {
                counts.merge(id.name(), count, Long::sum);
            }

            @Override
            public void transitions(RuleId id, Phase to, long count) {}

            @Override
            public void actions(RuleId id, Action.Kind action, Outcome outcome, long count) {}

            @Override
            public void instances(RuleId id, Phase phase, long change) {}
        });
        return counts;
    }

    Phase phase(String rule) {
        return phase("esp32-01", rule);
    }

    Phase phase(String device, String rule) {
        DeviceState state = devices.find(device.getBytes(UTF_8));
        @Nullable Instance instance = state == null ? null : state.instance("test", rule);
        return instance == null ? Phase.INACTIVE : instance.phase();
    }

    @Override
    public void emit(DeviceState device, Emission emission) {
        emissions.add(emission);
        if (emission instanceof Emission.Command command) {
            commands.add(command.request());
        } else if (emission instanceof Emission.Alert alert) {
            alerts.add(alert.event());
        }
    }

    @Override
    public void changed(DeviceState device) {}

    @Override
    public void forgotten(DeviceState device) {}
}
