package io.millrace.rules.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.DeviceStateCodec;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Instance;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.evaluation.Witness;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One test on one partition: its inputs in order of time, and between them all that is due. A gateway's heartbeat comes every ten
 * seconds unless the gateways are down. One use, one thread.
 */
final class TestRun implements Outlet, Witness {

    private static final long HEARTBEAT = 10_000;

    private final History history = new History();
    private final Map<String, DeviceAttributes> registry;
    private final Set<String> topics = new HashSet<>();
    private final Aliveness aliveness = new Aliveness();
    private final DeviceStateCodec codec = new DeviceStateCodec();
    private final long start;
    private final DeviceTime deviceTime;
    private Devices devices = new Devices();
    private PartitionEngine engine;
    private boolean up = true;
    private long nextHeartbeat;
    private long offset;

    private TestRun(TestFile file, RuleTest test) {
        start = test.start().toEpochMilli();
        deviceTime = test.deviceTime() ? RuleTest.DEVICE_TIME : DeviceTime.NONE;
        nextHeartbeat = start;
        registry = new HashMap<>(file.registry());
        allow(file.rules());
        test.inputs().forEach(input -> {
            if (input instanceof Input.Rules other) {
                allow(other.rules());
            }
        });
        engine = engine(file.rules());
        engine.begin(start);
        passTo(0);
        file.registry().forEach((device, attributes) -> register(device, Optional.of(attributes), 0));
    }

    /** In a test every topic that a rule publishes to is on the list. */
    private void allow(RuleSet rules) {
        rules.rules().stream()
                .flatMap(rule -> Stream.concat(rule.onFiring().stream(), rule.onResolved().stream()))
                .forEach(action -> {
                    if (action instanceof Action.Publish publish) {
                        topics.add(publish.topic());
                    }
                });
    }

    private PartitionEngine engine(RuleSet rules) {
        return new PartitionEngine(rules, devices, aliveness, topics, deviceTime, this, this);
    }

    /** To the last input or expectation; what is due later is not done. */
    static History of(TestFile file, RuleTest test) {
        TestRun run = new TestRun(file, test);
        Deque<Expectation> asked = new ArrayDeque<>(Stream.concat(test.expectations().stream(), test.never().stream())
                .filter(expectation -> expectation.at().isPresent())
                .sorted(Comparator.comparing(expectation -> expectation.at().orElseThrow()))
                .toList());
        for (Input input : test.inputs()) {
            run.answer(asked, input.at());
            run.happen(input);
        }
        run.answer(asked, Long.MAX_VALUE);
        return run.history;
    }

    /** Answers what is asked before that time. */
    private void answer(Deque<Expectation> asked, long before) {
        while (!asked.isEmpty() && asked.peek().at().orElseThrow() < before) {
            Expectation next = asked.remove();
            passTo(next.at().orElseThrow());
            next.target()
                    .flatMap(Expectation.Target::rule)
                    .ifPresent(rule -> history.phases.put(next, phase(next.device(), rule)));
        }
    }

    private Phase phase(String device, RuleId rule) {
        DeviceState state = devices.find(device.getBytes(US_ASCII));
        Instance instance = state == null ? null : state.instance(rule.group(), rule.name());
        return instance == null ? Phase.INACTIVE : instance.phase();
    }

    private void happen(Input input) {
        if (input instanceof Input.Message message) {
            beat(start + message.at());
            receive(message);
            return;
        }
        passTo(input.at());
        if (input instanceof Input.Gateway gateway) {
            up = gateway.up();
            nextHeartbeat = start + gateway.at();
            beat(nextHeartbeat);
        } else if (input instanceof Input.Restart restart) {
            restart(start + restart.at());
        } else if (input instanceof Input.Rules rules) {
            var unused = engine.use(rules.rules());
        } else if (input instanceof Input.Registry change) {
            Optional<DeviceAttributes> now = change.change()
                    .map(of -> of.applied(registry.getOrDefault(change.device(), DeviceAttributes.UNREGISTERED)));
            now.ifPresentOrElse(
                    attributes -> registry.put(change.device(), attributes), () -> registry.remove(change.device()));
            register(change.device(), now, change.at());
        }
    }

    private void receive(Input.Message message) {
        try {
            var unused = engine.telemetry(
                    message.device().getBytes(US_ASCII), message.payload(), 0, offset++, start + message.at());
        } catch (ReadingScanner.Poison rejected) {
            // As in the engine: the payload goes to the rejected ones, time goes on.
            passTo(message.at());
        }
    }

    private void register(String device, Optional<DeviceAttributes> attributes, long at) {
        var unused = engine.registry(device.getBytes(US_ASCII), attributes, 0, offset++, start + at);
    }

    private void passTo(long at) {
        beat(start + at);
        engine.advance(start + at);
    }

    private void beat(long time) {
        for (; up && nextHeartbeat <= time; nextHeartbeat += HEARTBEAT) {
            aliveness.sign(nextHeartbeat);
        }
    }

    /** Through the changelog's form and back: what is not in it is forgotten. */
    private void restart(long time) {
        RuleSet rules = engine.rules().set();
        Devices restored = new Devices();
        for (DeviceState device : devices.all()) {
            byte[] record = codec.write(device, engine.rules());
            restored.put(codec.read(device.id(), device.key(), record));
        }
        devices = restored;
        engine = engine(rules);
        engine.begin(time);
        engine.advance(time);
    }

    @Override
    public void emit(DeviceState device, Emission emission) {
        History.Output.of(emission, start).ifPresent(history.outputs::add);
    }

    @Override
    public void changed(DeviceState device) {}

    @Override
    public void forgotten(DeviceState device) {}

    @Override
    public void moved(RuleId rule, String deviceId, long time, Phase from, Phase to) {
        history.moves.add(new History.Moved(time - start, deviceId, rule, from, to));
    }

    @Override
    public void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome) {
        history.actions.add(new History.Acted(time - start, deviceId, rule, outcome));
    }
}
