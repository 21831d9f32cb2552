package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.engine.RuleEngineMetrics.Registry;
import io.millrace.rules.engine.RuleEngineMetrics.Telemetry;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.Controls;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.evaluation.Witness;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Headers;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of telemetry and registry through its {@link PartitionEngine}: records in, emissions out at once, changed devices
 * to the store. All on its stream thread; lives as long as the task. What happens at a crash is written at {@link DeviceStore}.
 *
 * <p>Rule time is the largest record time while there is a log to catch up with; at its end the clock goes on, a small slack
 * behind, so that timers run although nobody speaks. A task that begins does not know its rule time until the first record, or
 * the end of the log, tells: records that are read again must find the timers as they were.
 */
final class RuleProcessor implements Processor<byte[], byte[], byte[], byte[]>, Outlet {
    private static final Logger log = LoggerFactory.getLogger(RuleProcessor.class);

    /** A timer is late by this at most, beside the slack. */
    private static final Duration TICK = Duration.ofMillis(50);
    /** The counts of a partition go to the meters twice a second. */
    private static final int TICKS_PER_COUNT = 10;

    private static final long CLOSE_MILLIS = 250;
    private static final int READINGS_PER_MEASUREMENT = 1_024;
    /** A record from further ahead than this has a wrong time; it must not carry all timers with it. */
    private static final long MAX_AHEAD_MILLIS = 60_000;

    /**
     * What the processors of an instance share.
     *
     * @param rules the set in force, asked between two records
     * @param controls what people have said about rules, asked between two records
     * @param unwrittenStates so many changed states of the instance may wait for a commit
     * @param partitions of the telemetry topic: each has its share of what a rule may send to the fleet
     * @param clock epoch milliseconds, for meters
     */
    record Surroundings(
            Topics topics,
            Supplier<RuleSet> rules,
            Supplier<Controls> controls,
            Aliveness aliveness,
            LogEnd logEnd,
            Duration clockSlack,
            Set<String> publishTopics,
            DeviceTime deviceTime,
            RuleEngineMetrics metrics,
            Progress progress,
            int unwrittenStates,
            Questions questions,
            int partitions,
            LongSupplier clock) {}

    private final Surroundings around;
    private final String telemetryTopic;
    private final RegistryRecords registry;
    private @Nullable State state;
    private long processed = -1;
    private boolean begun;
    private long ticks;
    /** Rule time is close to the clock: there is no backlog to be worked off first. */
    private boolean keepsUp;
    /** This task's share of the states that may wait: the tasks of an instance commit together. */
    private int mayWait;

    /** What there is once the task has been initialized. */
    private record State(
            ProcessorContext<byte[], byte[]> context,
            DeviceStore store,
            PartitionEngine engine,
            Sinks sinks,
            TopicPartition partition,
            Optional<IngestWatch> watch) {}

    RuleProcessor(Surroundings around) {
        this.around = around;
        mayWait = around.unwrittenStates();
        telemetryTopic = around.topics().telemetry();
        registry = new RegistryRecords(around.metrics());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        DeviceStore store = context.getStateStore(DeviceStoreBuilder.NAME);
        PartitionEngine engine = new PartitionEngine(
                around.rules().get(),
                around.partitions(),
                store.takeUp(),
                around.aliveness(),
                around.publishTopics(),
                around.deviceTime(),
                this,
                Witness.NONE);
        engine.obey(around.controls().get());
        store.rules(engine.rules());
        int partition = context.taskId().partition();
        Optional<IngestWatch> watch = partition == 0
                ? Optional.of(new IngestWatch(around.aliveness(), context.currentSystemTimeMs(), store.note()))
                : Optional.empty();
        state = new State(
                context,
                store,
                engine,
                new Sinks(context, around.topics()),
                new TopicPartition(telemetryTopic, partition),
                watch);
        around.metrics().timeLag(partition, around.progress(), progress -> around.clock()
                .getAsLong());
        around.questions().open(partition);
        var unused = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    private State state() {
        if (state == null) {
            throw new IllegalStateException("not initialized");
        }
        return state;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        State now = state();
        RecordMetadata place = now.context.recordMetadata().orElseThrow();
        long time = Math.min(record.timestamp(), now.context.currentSystemTimeMs() + MAX_AHEAD_MILLIS);
        prepare(now, place.topic().equals(telemetryTopic) ? time : now.engine.ruleTime());
        if (keepsUp) {
            now.store.spread(mayWait);
        }
        boolean reading = place.topic().equals(telemetryTopic);
        try {
            if (reading) {
                telemetry(now.engine, record, place, time);
            } else {
                registry.apply(now.engine, record, place, time);
            }
        } catch (RuntimeException e) {
            goOn(now, e, place.topic() + "/" + place.partition() + "/" + place.offset());
            if (reading) {
                around.metrics().telemetry(Telemetry.FAILED);
            } else {
                around.metrics().registry(Registry.FAILED);
            }
        }
    }

    /** A bug, or a rule nobody thought of: the partition must go on. Kafka's own exceptions are not for us to hold. */
    private static void goOn(State now, RuntimeException e, String source) {
        if (e instanceof KafkaException) {
            throw e;
        }
        now.engine.abandon();
        log.atError().setCause(e).addKeyValue("source", source).log("could not be evaluated, passed over");
    }

    private void telemetry(PartitionEngine engine, Record<byte[], byte[]> record, RecordMetadata place, long time) {
        processed = place.offset();
        byte[] key = record.key();
        byte[] value = record.value();
        if (key == null || value == null || !DeviceId.isValid(new AsciiKey(key))) {
            reject(record, RejectReason.NOT_JSON, "the record has no device id as key, or no value");
            return;
        }
        try {
            boolean isMeasured = place.offset() % READINGS_PER_MEASUREMENT == 0;
            long from = isMeasured ? System.nanoTime() : 0;
            PartitionEngine.Taken taken = engine.telemetry(key, value, place.partition(), place.offset(), time);
            if (isMeasured) {
                around.metrics().evaluated(System.nanoTime() - from);
            }
            around.metrics().telemetry(Telemetry.of(taken));
        } catch (ReadingScanner.Poison e) {
            reject(record, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private void reject(Record<byte[], byte[]> record, RejectReason reason, String detail) {
        around.metrics().telemetry(Telemetry.POISON);
        RecordHeaders headers = new RecordHeaders(record.headers());
        var unused =
                headers.add(Headers.REASON, reason.text().getBytes(UTF_8)).add(Headers.DETAIL, detail.getBytes(UTF_8));
        state().context.forward(record.withHeaders(headers), around.topics().telemetryRejected());
    }

    private void tick(long clock) {
        State now = state();
        now.watch.ifPresent(watch -> watch.look(clock).ifPresent(event -> {
            now.sinks.tell(event);
            now.store.note(watch.note());
        }));
        keepsUp = now.engine.ruleTime() > clock - CLOSE_MILLIS;
        mayWait = around.unwrittenStates() / Math.max(1, around.progress().tasks());
        boolean atEnd = around.logEnd().reached(now.partition, processed);
        if (atEnd || begun) {
            prepare(now, clock - around.clockSlack().toMillis());
        }
        if (atEnd) {
            try {
                now.engine.advance(clock - around.clockSlack().toMillis());
            } catch (RuntimeException e) {
                goOn(now, e, "timer/" + now.partition);
            }
        }
        if (begun) {
            around.questions().answer(now.partition.partition(), now.engine);
        }
        if (ticks++ % TICKS_PER_COUNT == 0) {
            around.metrics().add(now.engine.tally());
            around.metrics().strayTimestamps(now.engine.takeStrayTimestamps());
            around.progress().held(now.partition.partition(), now.engine.held());
        }
        around.progress()
                .tell(now.partition.partition(), new Progress.Task(now.engine.ruleTime(), now.store.inDoubt()));
    }

    /** Between two records: what the last life left in doubt, and other rules. */
    private void prepare(State now, long time) {
        if (!begun) {
            begun = true;
            now.engine.begin(time);
        }
        Controls said = around.controls().get();
        if (said != now.engine.controls()) {
            now.engine.obey(said);
        }
        RuleSet wanted = around.rules().get();
        if (wanted != now.engine.rules().set()) {
            around.metrics().add(now.engine.use(wanted));
            now.store.rules(now.engine.rules());
        }
    }

    @Override
    public void close() {
        State now = state();
        around.questions().close(now.partition.partition());
        now.engine.leave();
        around.metrics().add(now.engine.tally());
        around.progress().left(now.partition.partition());
    }

    @Override
    public void changed(DeviceState device) {
        state().store.changed(device);
    }

    @Override
    public void forgotten(DeviceState device) {
        state().store.forgotten(device);
    }

    @Override
    public void emit(DeviceState device, Emission emission) {
        device.outbox().add(emission);
        state().sinks.emit(device, emission);
        if (emission instanceof Emission.Command command) {
            around.metrics()
                    .reaction(around.clock().getAsLong()
                            - command.request().createdAt().toEpochMilli());
        }
    }
}
