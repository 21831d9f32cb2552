package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.RuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Killed anywhere, in the middle of a commit too: nothing missing, nothing that an undisturbed run would not have emitted. */
class CrashTest {

    private static final RuleSet RULES = TestRules.of("""
            time_intervals:
              - name: rush
                time_intervals: [{times: [{start_time: "10:02", end_time: "10:12"}, {start_time: "10:15", end_time: "10:25"}]}]
              - name: pause
                time_intervals: [{times: [{start_time: "10:05", end_time: "10:06"}, {start_time: "10:11", end_time: "10:17"}]}]
            rules:
              - rule: fan
                expr: temperature > 30
                for: 10s
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: Hot
                expr: temperature > 33
                for_samples: 2
                cooldown: 20s
                repeat_interval: 1m
                send: BEEP
              - alert: Level
                levels:
                  warning: {expr: temperature > 31, for: 5s}
                  critical: {expr: temperature > 34, keep_firing_for: 15s}
                send: "SHOW ${level}"
              - alert: Rush
                expr: temperature > 29
                active_time_intervals: [rush]
                mute_time_intervals: [pause]
                inhibited_by: [Hot]
                send: RUSH
                on_resolved: [{send: CALM}]
              - rule: minutely
                schedule: "*/2 * * * *"
                expr: temperature > 28
                send: TICK
              - alert: Silent
                absent_for: 40s
            """);

    private static final DeviceTime CLOCKS = new DeviceTime("ts", Duration.ofMinutes(1), Duration.ofHours(1));

    private record Record(String device, String json, long time) {}

    private final Map<String, byte[]> changelog = new HashMap<>();
    private final List<Record> log = new ArrayList<>();

    /** One life of the engine: what it emitted, and which emissions Kafka has. */
    private final class Life implements Outlet {
        final DeviceStateCodec codec = new DeviceStateCodec();
        final Devices devices = new Devices();
        final Set<DeviceState> dirty = new LinkedHashSet<>();
        final Set<DeviceState> written = new LinkedHashSet<>();
        final List<Emission> unacknowledged = new ArrayList<>();
        final Aliveness aliveness = new Aliveness();
        final PartitionEngine engine;

        Life() {
            changelog.forEach((id, state) -> devices.put(codec.read(id, id.getBytes(UTF_8), state)));
            aliveness.sign(Partition.START);
            for (int second = 0; second < 2000; second += 10) {
                aliveness.sign(Partition.at(second));
            }
            engine = new PartitionEngine(RULES, devices, aliveness, Set.of(), CLOCKS, this, Witness.NONE);
            engine.begin(PartitionEngine.UNKNOWN_TIME);
        }

        void read(int offset) {
            Record record = log.get(offset);
            try {
                var unused = engine.telemetry(
                        record.device.getBytes(UTF_8), record.json.getBytes(UTF_8), 0, offset, record.time);
            } catch (ReadingScanner.Poison e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void emit(DeviceState device, Emission emission) {
            device.outbox().add(emission);
            unacknowledged.add(emission);
            changed(device);
        }

        @Override
        public void changed(DeviceState device) {
            dirty.add(device);
        }

        @Override
        public void forgotten(DeviceState device) {
            throw new AssertionError("nobody is away for so long");
        }

        void write(DeviceState device) {
            changelog.put(device.id(), codec.write(device, engine.rules()));
            if (!device.outbox().isEmpty()) {
                device.clearOutbox();
                written.add(device);
            }
        }

        void commit(Set<String> kafka) {
            Set<DeviceState> todo = new LinkedHashSet<>(written);
            written.clear();
            todo.addAll(dirty);
            dirty.clear();
            todo.forEach(this::write);
            unacknowledged.forEach(emission -> kafka.add(id(emission)));
            unacknowledged.clear();
        }

        /** Some states reached Kafka, some emissions did. */
        void crash(Random random, Set<String> kafka) {
            if (random.nextBoolean()) {
                List<DeviceState> some = new ArrayList<>(dirty);
                some.removeIf(device -> random.nextBoolean());
                some.forEach(this::write);
            }
            unacknowledged.stream()
                    .filter(emission -> random.nextBoolean())
                    .forEach(emission -> kafka.add(id(emission)));
        }
    }

    private static String id(Emission emission) {
        if (emission instanceof Emission.Command command) {
            return command.request().commandId() + " " + command.request().cause();
        }
        if (emission instanceof Emission.Alert alert) {
            return alert.event().fingerprint() + " " + alert.event().status() + " "
                    + alert.event().cause();
        }
        return emission.toString();
    }

    @RepeatedTest(200)
    void emitsWhatAnUndisturbedRunEmits(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long time = Partition.START;
        for (int i = 0; i < 400; i++) {
            time += random.nextInt(8_000);
            double temperature = 24 + random.nextInt(12);
            String device = "device-" + random.nextInt(5);
            // The last one has no network now and then, and sends what it kept, some of it in a wrong order.
            String taken = device.equals("device-4") ? ",\"ts\":" + (time - random.nextInt(60_000)) : "";
            log.add(new Record(device, "{\"messageId\":" + i + ",\"temperature\":" + temperature + taken + "}", time));
        }
        Set<String> expected = new LinkedHashSet<>();
        Life undisturbed = new Life();
        for (int offset = 0; offset < log.size(); offset++) {
            undisturbed.read(offset);
        }
        undisturbed.commit(expected);
        changelog.clear();

        Set<String> kafka = new LinkedHashSet<>();
        int committed = 0;
        Life life = new Life();
        int offset = 0;
        while (offset < log.size()) {
            life.read(offset++);
            int dice = random.nextInt(20);
            if (dice == 0) {
                life.commit(kafka);
                committed = offset;
            } else if (dice == 1) {
                life.crash(random, kafka);
                life = new Life();
                offset = committed;
            }
        }
        life.commit(kafka);
        assertThat(expected).hasSizeGreaterThan(40);
        assertThat(kafka).containsExactlyInAnyOrderElementsOf(expected);
    }
}
