package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.evaluation.StoredRules.StoredValue;
import io.millrace.rules.history.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A device's state as one changelog record. Binary, because one is written for every device that spoke since the last commit: a
 * fifth of the size and of the time of JSON. Fields and rules stand in it by name, so a record outlives the rule set. The first
 * byte is the version of the form; then comes what every device has, then sections, each with its number and its length: one
 * that is not there means that nothing of the kind is remembered, one that is not known is passed over. Of its task's thread.
 */
public final class DeviceStateCodec {

    /** Without sections: everything one after the other. */
    private static final int FIRST_VERSION = 1;

    private static final int VERSION = 2;

    /** Numbers are for ever. */
    private static final int REGISTRATION = 1;

    private static final int REDELIVERIES = 2;
    private static final int VALUES = 3;
    private static final int INSTANCES = 4;
    private static final int OUTBOX = 5;
    private static final int HISTORIES = 6;
    private static final int BURST = 7;
    private static final int CONDUCT = 8;
    private static final int CHRONICLE = 10;

    private final StateOutput out = new StateOutput();

    public byte[] write(DeviceState device, ActiveRules rules) {
        try {
            out.reset();
            out.writeByte(VERSION);
            out.writeLong(device.telemetryOffset);
            out.writeLong(device.registryOffset);
            out.writeLong(device.firstSeen);
            out.writeLong(device.lastSeen);
            out.writeLong(device.checkedUntil);
            out.writeUTF(rules.revision());
            section(REGISTRATION, () -> RegistrationForm.write(device, out));
            section(REDELIVERIES, () -> RedeliveriesForm.write(device.redeliveries, device.lastSeen, out));
            section(VALUES, () -> ValuesForm.write(device, rules, out));
            section(INSTANCES, () -> InstancesForm.write(device, out));
            if (ConductForm.isNeeded(device)) {
                section(CONDUCT, () -> ConductForm.write(device, out));
            }
            if (!device.outbox().isEmpty()) {
                section(OUTBOX, () -> OutboxForm.write(device.outbox(), out));
            }
            if (HistoriesForm.isNeeded(device, rules)) {
                section(HISTORIES, () -> HistoriesForm.write(device, rules, out));
            }
            if (BurstForm.isNeeded(device)) {
                section(BURST, () -> BurstForm.write(device, out));
            }
            Chronicle chronicle = device.chronicle;
            if (chronicle != null) {
                section(CHRONICLE, () -> ChronicleForm.write(chronicle, out));
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Passage {
        void write() throws IOException;
    }

    private void section(int number, Passage content) throws IOException {
        out.writeByte(number);
        int begun = out.begin();
        content.write();
        out.end(begun);
    }

    /** @throws IllegalStateException if it was written by a later Millrace */
    public DeviceState read(String id, byte[] key, byte[] record) {
        try {
            StateInput in = new StateInput(record);
            int version = in.readUnsignedByte();
            if (version > VERSION) {
                throw new IllegalStateException(
                        "state of device " + id + " has form " + version + " (this Millrace knows " + VERSION + ")");
            }
            DeviceState device = new DeviceState(id, key, 0);
            device.telemetryOffset = in.readLong();
            device.registryOffset = in.readLong();
            device.firstSeen = in.readLong();
            device.lastSeen = in.readLong();
            device.newestData = device.lastSeen;
            device.checkedUntil = in.readLong();
            if (version == FIRST_VERSION) {
                readFirst(in, device);
            } else {
                readSections(in, device);
            }
            return device;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readSections(StateInput in, DeviceState device) throws IOException {
        String revision = in.readUTF();
        Map<String, StoredValue> values = Map.of();
        List<StoredInstance> instances = List.of();
        Map<String, History> histories = Map.of();
        while (in.hasMore()) {
            int number = in.readUnsignedByte();
            StateInput section = in.passage();
            switch (number) {
                case REGISTRATION -> RegistrationForm.read(section, device);
                case REDELIVERIES -> RedeliveriesForm.read(section, device.redeliveries, device.lastSeen);
                case VALUES -> values = ValuesForm.read(section);
                case INSTANCES -> instances = InstancesForm.read(section);
                case BURST -> BurstForm.read(section, device);
                case CONDUCT -> ConductForm.read(section, device, instances);
                case CHRONICLE -> device.chronicle = ChronicleForm.read(section, device.id());
                case OUTBOX -> device.outbox().addAll(OutboxForm.read(section));
                case HISTORIES -> histories = HistoriesForm.read(section);
                default -> {
                    // Of a later Millrace, that was taken back.
                }
            }
        }
        device.stored = new StoredRules(revision, instances, values, histories);
    }

    private static void readFirst(StateInput in, DeviceState device) throws IOException {
        RegistrationForm.read(in, device);
        RedeliveriesForm.read(in, device.redeliveries, device.lastSeen);
        String revision = in.readUTF();
        Map<String, StoredValue> values = ValuesForm.read(in);
        device.stored = new StoredRules(revision, InstancesForm.readFirst(in), values, Map.of());
        device.outbox().addAll(OutboxForm.read(in));
    }
}
