package io.millrace.rules.explain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.rules.backtest.Recording;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Explanation;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** One device of a recording under a rule set, up to a time. Other devices only show that somebody could have spoken. One use. */
public final class Rerun implements Recording.Reader, Outlet {

    private static final int KEPT = 20;

    /** Enough has been read. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;

        Enough() {
            super(null, null, false, false);
        }
    }

    /** What came of it; no explanation if the device is not in the recording, and what readings of it could not be used last. */
    public record Found(Optional<Explanation> explanation, List<String> unusable, long readings, WhyNot whyNot) {}

    private final RuleId rule;
    private final byte[] device;
    private final OptionalLong until;
    private final WhyNot whyNot;
    private final Optional<DeviceAttributes> attributes;
    private final Aliveness aliveness = new Aliveness();
    private final Deque<String> unusable = new ArrayDeque<>();
    private final PartitionEngine engine;
    private long readings;
    private boolean registered;

    private Rerun(
            RuleSet rules,
            RuleId rule,
            String device,
            Optional<DeviceAttributes> attributes,
            OptionalLong since,
            OptionalLong until) {
        this.attributes = attributes;
        this.rule = rule;
        this.device = device.getBytes(US_ASCII);
        this.until = until;
        this.whyNot = new WhyNot(since);
        engine = new PartitionEngine(rules, new Devices(), aliveness, Set.of(), this);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
    }

    /**
     * Reads as far as needed.
     *
     * @param attributes with which the device is registered from the recording's first reading on
     * @param since from where on {@link WhyNot} counts, epoch milliseconds
     * @param until the moment to be explained; empty = the device's last reading
     */
    public static Found of(
            Recording recording,
            RuleSet rules,
            RuleId rule,
            String device,
            Optional<DeviceAttributes> attributes,
            OptionalLong since,
            OptionalLong until)
            throws IOException {
        Rerun run = new Rerun(rules, rule, device, attributes, since, until);
        try {
            recording.readTo(run);
        } catch (Enough read) {
            // In order of time: what follows is later than what was asked for.
        }
        until.ifPresent(run.engine::advance);
        Optional<Explanation> found = run.readings == 0 ? Optional.empty() : run.explain();
        found.ifPresent(run.whyNot::add);
        return new Found(found, List.copyOf(run.unusable), run.readings, run.whyNot);
    }

    private Optional<Explanation> explain() {
        return engine.explain(device, rule, OptionalInt.empty());
    }

    @Override
    public void reading(byte[] bytes, int deviceFrom, int deviceTo, int valueFrom, int valueTo, long time) {
        if (until.isPresent() && time > until.getAsLong()) {
            throw new Enough();
        }
        aliveness.sign(time);
        if (!registered) {
            registered = true;
            if (attributes.isPresent()) {
                var unused = engine.registry(device, attributes, 0, 0, time);
            }
        }
        if (!Arrays.equals(bytes, deviceFrom, deviceTo, device, 0, device.length)) {
            return;
        }
        engine.advance(time);
        try {
            var unused = engine.telemetry(device, Arrays.copyOfRange(bytes, valueFrom, valueTo), 0, readings, time);
            explain().ifPresent(whyNot::add);
        } catch (ReadingScanner.Poison rejected) {
            remember(time, String.valueOf(rejected.getMessage()));
        }
        readings++;
    }

    @Override
    public void unreadable(long place, String why) {
        // The back-test complains of these; here only one device counts.
    }

    private void remember(long time, String what) {
        if (unusable.size() == KEPT) {
            var unused = unusable.removeFirst();
        }
        unusable.addLast(Instant.ofEpochMilli(time) + " " + what);
    }

    @Override
    public void emit(DeviceState from, Emission emission) {}

    @Override
    public void changed(DeviceState state) {}

    @Override
    public void forgotten(DeviceState state) {}
}
