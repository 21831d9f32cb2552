package io.millrace.rules.engine;

import io.millrace.rules.evaluation.ActiveRules;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.DeviceStateCodec;
import io.millrace.rules.evaluation.Devices;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of one partition's devices: objects on the heap, one changelog record each, written at least once per commit for those
 * that changed. Of its task's thread.
 *
 * <p><b>What may be lost and what not.</b> Streams commits (at least once) in this order: {@link #flushCache} (here the changed
 * states go to the changelog), producer flush (states and all that was emitted is acknowledged by Kafka), commit of the input
 * offsets. ({@link #flush} comes only after that, too late for a state that must not be behind the offsets; hence the cache's hook,
 * which is not public API: {@code DeviceStoreTest} watches over it.) A process killed
 *
 * <ul>
 *   <li><em>before the flush</em> left the states of the last commit and its offsets: the same records are read again, decide the
 *       same and emit the same ids.
 *   <li><em>in the middle of it</em> left some states newer than the offsets, each whole, for a state is one record: such a device
 *       skips the offsets that it has applied ({@link DeviceState#telemetryOffset}), so nothing counts twice. What it emitted for
 *       them may or may not have left the producer; it stands in the state's outbox and is emitted again.
 *   <li><em>after it</em> left everything; the outbox goes out once more.
 * </ul>
 *
 * <p>So nothing is missing, and what comes twice has the same id. An outbox is written with the state by the commit and emptied by
 * the write after that: only then is it known that the flush in between has succeeded. {@link #inDoubt} says how many wait for that.
 *
 * <p><b>Between commits.</b> Ten thousand devices written in one go would hold the task up for tens of milliseconds; so while it
 * keeps up with its partition {@link #spread} writes them as others change, and the commit finds few left. What a process leaves
 * that is killed then is what it leaves in the middle of a flush: states newer than the offsets. Such a state carries all that its
 * device has emitted since the last commit, and carries it until the next commit has flushed it.
 */
public final class DeviceStore implements StateStore, CachedStateStore<Object, Object> {

    /** Of what the task itself keeps: no device has such an id. */
    private static final Bytes NOTE = Bytes.wrap(new byte[] {0});

    private final String name;
    private final DeviceStateCodec codec = new DeviceStateCodec();
    private final Devices devices = new Devices();
    /** As read from the changelog since the last {@link #takeUp}. */
    private final Map<Bytes, byte[]> restored = new HashMap<>();

    /** In the order in which they changed. */
    private final Deque<DeviceState> dirty = new ArrayDeque<>();
    /** Written since the last commit, with an outbox that must stay in the record until the next. */
    private final Set<DeviceState> ahead = new HashSet<>();
    /** Written with an outbox, to be written again without. */
    private Set<DeviceState> written = new HashSet<>();

    private final List<DeviceState> forgotten = new ArrayList<>();
    private byte @Nullable [] note;
    private boolean noted;

    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ActiveRules rules;
    private boolean open;

    DeviceStore(String name) {
        this.name = name;
    }

    @Override
    public void init(StateStoreContext storeContext, StateStore root) {
        context = (InternalProcessorContext<?, ?>) storeContext;
        storeContext.register(root, this::restore);
        open = true;
    }

    private void restore(byte[] key, byte @Nullable [] value) {
        if (NOTE.equals(Bytes.wrap(key))) {
            note = value;
        } else if (value == null) {
            restored.remove(Bytes.wrap(key));
        } else {
            restored.put(Bytes.wrap(key), value);
        }
    }

    /** Makes devices of what has been restored. Called when a task begins; all states are there by then. */
    Devices takeUp() {
        restored.forEach((key, record) -> devices.put(codec.read(Devices.id(key.get()), key.get(), record)));
        restored.clear();
        return devices;
    }

    /** What the task, or the one before it, has kept of itself. */
    Optional<byte[]> note() {
        return Optional.ofNullable(note);
    }

    /** To be kept with the next commit. */
    void note(byte[] content) {
        note = content;
        noted = true;
    }

    /** The rules by whose names states are written from now on. */
    void rules(ActiveRules active) {
        rules = active;
    }

    void changed(DeviceState device) {
        if (device.markDirty()) {
            dirty.add(device);
        }
    }

    /** Between two records: writes the state that has waited longest, if more than so many wait for the commit. */
    void spread(int mayWait) {
        if (dirty.size() <= mayWait || rules == null || context == null) {
            return;
        }
        DeviceState device = dirty.remove();
        log(context, Bytes.wrap(device.key()), codec.write(device, rules));
        device.markClean();
        // What the last commit wrote has been flushed, or we would not be here.
        written.remove(device);
        if (!device.outbox().isEmpty()) {
            ahead.add(device);
        }
    }

    /** Its record goes with the next commit. */
    void forgotten(DeviceState device) {
        forgotten.add(device);
    }

    /** Devices whose emissions are not yet known to be out. */
    int inDoubt() {
        return written.size()
                + ahead.size()
                + (int) dirty.stream()
                        .filter(device -> !device.outbox().isEmpty())
                        .count();
    }

    @Override
    public void flushCache() {
        if (rules == null || context == null) {
            return;
        }
        Set<DeviceState> confirmed = written;
        written = new HashSet<>();
        for (DeviceState device : dirty) {
            confirmed.remove(device);
            ahead.remove(device);
            write(context, rules, device);
        }
        dirty.clear();
        for (DeviceState device : ahead) {
            device.clearOutbox();
            written.add(device);
        }
        ahead.clear();
        for (DeviceState device : confirmed) {
            write(context, rules, device);
        }
        for (DeviceState device : forgotten) {
            log(context, Bytes.wrap(device.key()), null);
        }
        forgotten.clear();
        if (noted) {
            log(context, NOTE, note);
            noted = false;
        }
    }

    private void write(InternalProcessorContext<?, ?> to, ActiveRules active, DeviceState device) {
        log(to, Bytes.wrap(device.key()), codec.write(device, active));
        device.markClean();
        if (!device.outbox().isEmpty()) {
            device.clearOutbox();
            written.add(device);
        }
    }

    private void log(InternalProcessorContext<?, ?> to, Bytes key, byte @Nullable [] record) {
        to.logChange(name, key, record, to.currentSystemTimeMs(), new RecordHeaders(), Position.emptyPosition());
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void clearCache() {
        forgotten.clear();
        dirty.clear();
        ahead.clear();
        written.clear();
    }

    @Override
    public void close() {
        open = false;
        devices.clear();
        restored.clear();
        note = null;
        noted = false;
        clearCache();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
