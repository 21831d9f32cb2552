package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.evaluation.StoredRules.StoredValue;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Field;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device's state as one changelog record. Binary, because one is written for every device that spoke since the last commit: a
 * fifth of the size and of the time of JSON. Fields and rules stand in it by name, so a record outlives the rule set; the first
 * byte is the version of the form. The outbox, rarely there, holds its emissions as JSON. Of its task's thread.
 */
public final class DeviceStateCodec {

    private static final int VERSION = 1;

    private static final int NUMBER = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int GONE = 5;

    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1024);
    private final DataOutputStream out = new DataOutputStream(buffer);

    public byte[] write(DeviceState device, ActiveRules rules) {
        try {
            buffer.reset();
            out.writeByte(VERSION);
            out.writeLong(device.telemetryOffset);
            out.writeLong(device.registryOffset);
            out.writeLong(device.firstSeen);
            out.writeLong(device.lastSeen);
            out.writeLong(device.checkedUntil);
            writeRegistration(device);
            writeRedeliveries(device.redeliveries, device.lastSeen);
            out.writeUTF(rules.revision());
            writeValues(device, rules);
            writeInstances(device);
            writeOutbox(device.outbox());
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalStateException if it was written by a later Millrace */
    public DeviceState read(String id, byte[] key, byte[] record) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "state of device " + id + " has form " + version + " (this Millrace knows " + VERSION + ")");
            }
            DeviceState device = new DeviceState(id, key, 0);
            device.telemetryOffset = in.readLong();
            device.registryOffset = in.readLong();
            device.firstSeen = in.readLong();
            device.lastSeen = in.readLong();
            device.checkedUntil = in.readLong();
            readRegistration(in, device);
            readRedeliveries(in, device.redeliveries, device.lastSeen);
            String revision = in.readUTF();
            Map<String, StoredValue> values = readValues(in);
            device.stored = new StoredRules(revision, readInstances(in), values);
            device.outbox().addAll(readOutbox(in));
            return device;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeRegistration(DeviceState device) throws IOException {
        out.writeBoolean(device.registered);
        if (device.registered) {
            out.writeLong(device.registeredAt);
            writeTexts(device.attributes.labels());
            out.writeShort(device.attributes.attributes().size());
            for (Map.Entry<String, Object> attribute :
                    device.attributes.attributes().entrySet()) {
                out.writeUTF(attribute.getKey());
                writeValue(attribute.getValue());
            }
        }
    }

    private static void readRegistration(DataInputStream in, DeviceState device) throws IOException {
        device.registered = in.readBoolean();
        if (device.registered) {
            device.registeredAt = in.readLong();
            Map<String, String> labels = readTexts(in);
            Map<String, Object> attributes = new HashMap<>();
            for (int i = in.readShort(); i > 0; i--) {
                String name = in.readUTF();
                Object value = readValue(in);
                if (value != null) {
                    attributes.put(name, value);
                }
            }
            device.attributes = new DeviceAttributes(labels, attributes);
        }
    }

    /** Only those that can still be repeated. */
    private void writeRedeliveries(Redeliveries seen, long lastSeen) throws IOException {
        int count = 0;
        while (count < seen.count && lastSeen - seen.times[seen.at(count + 1)] <= Redeliveries.MAX_AGE_MILLIS) {
            count++;
        }
        out.writeByte(count);
        for (int back = count; back >= 1; back--) {
            int at = seen.at(back);
            out.writeDouble(seen.ids[at]);
            out.writeInt(seen.hashes[at]);
            out.writeInt((int) (lastSeen - seen.times[at]));
        }
    }

    private static void readRedeliveries(DataInputStream in, Redeliveries seen, long lastSeen) throws IOException {
        for (int i = in.readByte(); i > 0; i--) {
            seen.remember(in.readDouble(), in.readInt(), lastSeen - in.readInt());
        }
    }

    private void writeValues(DeviceState device, ActiveRules rules) throws IOException {
        int count = 0;
        List<Field> fields = rules.fields().fields();
        for (Field field : fields) {
            count += device.values.time(field.slot()) == DeviceState.NEVER ? 0 : 1;
        }
        out.writeShort(count);
        for (Field field : fields) {
            long time = device.values.time(field.slot());
            if (time != DeviceState.NEVER) {
                out.writeUTF(field.key());
                out.writeLong(time);
                writeValue(device.values.value(field.slot()));
            }
        }
    }

    private static Map<String, StoredValue> readValues(DataInputStream in) throws IOException {
        Map<String, StoredValue> values = new HashMap<>();
        for (int i = in.readShort(); i > 0; i--) {
            String key = in.readUTF();
            long time = in.readLong();
            values.put(key, new StoredValue(readValue(in), time));
        }
        return values;
    }

    private void writeInstances(DeviceState device) throws IOException {
        int count = 0;
        for (Instance instance : device.instances) {
            count += instance == null || instance.isBlank() ? 0 : 1;
        }
        out.writeShort(count);
        for (int i = 0; i < device.instances.length; i++) {
            Instance instance = device.instances[i];
            if (instance == null || instance.isBlank()) {
                continue;
            }
            ActiveRule rule = device.plan.rule(i);
            out.writeUTF(rule.id().group());
            out.writeUTF(rule.id().name());
            out.writeLong(rule.conditionHash);
            out.writeByte(instance.phase.ordinal());
            out.writeByte((rule.alert ? 1 : 0)
                    | (instance.waiting ? 2 : 0)
                    | (instance.absent ? 4 : 0)
                    | (instance.acted ? 8 : 0));
            out.writeInt(instance.samples);
            out.writeInt(instance.repeats);
            out.writeLong(instance.since);
            out.writeLong(instance.startsAt);
            out.writeLong(instance.lastActed);
            out.writeLong(instance.metAt);
            writeTexts(instance.labels);
            out.writeByte(instance.raised.size());
            for (Instance.Raised raised : instance.raised) {
                out.writeUTF(raised.name());
                writeTexts(raised.labels());
            }
        }
    }

    private static List<StoredInstance> readInstances(DataInputStream in) throws IOException {
        List<StoredInstance> instances = new ArrayList<>();
        for (int i = in.readShort(); i > 0; i--) {
            RuleId rule = new RuleId(in.readUTF(), in.readUTF());
            long condition = in.readLong();
            Instance instance = new Instance();
            instance.phase = Phase.values()[in.readByte()];
            int flags = in.readByte();
            instance.waiting = (flags & 2) != 0;
            instance.absent = (flags & 4) != 0;
            instance.acted = (flags & 8) != 0;
            instance.samples = in.readInt();
            instance.repeats = in.readInt();
            instance.since = in.readLong();
            instance.startsAt = in.readLong();
            instance.lastActed = in.readLong();
            instance.metAt = in.readLong();
            instance.labels = readTexts(in);
            for (int k = in.readByte(); k > 0; k--) {
                instance.raise(new Instance.Raised(in.readUTF(), readTexts(in)));
            }
            instances.add(new StoredInstance(rule, (flags & 1) != 0, condition, instance));
        }
        return instances;
    }

    private void writeOutbox(List<Emission> outbox) throws IOException {
        out.writeShort(outbox.size());
        for (Emission emission : outbox) {
            Object content;
            if (emission instanceof Emission.Command command) {
                out.writeByte(0);
                content = command.request();
            } else if (emission instanceof Emission.Alert alert) {
                out.writeByte(1);
                content = alert.event();
            } else {
                out.writeByte(2);
                content = emission;
            }
            byte[] json = Json.write(content);
            out.writeInt(json.length);
            out.write(json);
        }
    }

    private static List<Emission> readOutbox(DataInputStream in) throws IOException {
        List<Emission> outbox = new ArrayList<>();
        for (int i = in.readShort(); i > 0; i--) {
            int kind = in.readByte();
            byte[] json = in.readNBytes(in.readInt());
            outbox.add(
                    switch (kind) {
                        case 0 -> new Emission.Command(Json.read(json, CommandRequest.class));
                        case 1 -> new Emission.Alert(Json.read(json, AlertEvent.class));
                        default -> Json.read(json, Emission.Publication.class);
                    });
        }
        return outbox;
    }

    private void writeTexts(Map<String, String> texts) throws IOException {
        out.writeShort(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            out.writeUTF(text.getKey());
            writeText(text.getValue());
        }
    }

    private static Map<String, String> readTexts(DataInputStream in) throws IOException {
        int count = in.readShort();
        if (count == 0) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = count; i > 0; i--) {
            texts.put(in.readUTF(), readText(in));
        }
        return texts;
    }

    private void writeValue(@Nullable Object value) throws IOException {
        if (value instanceof Double number) {
            out.writeByte(NUMBER);
            out.writeDouble(number);
        } else if (value instanceof Boolean flag) {
            out.writeByte(flag ? TRUE : FALSE);
        } else if (value instanceof String text) {
            out.writeByte(TEXT);
            writeText(text);
        } else if (value instanceof List<?> list) {
            out.writeByte(LIST);
            out.writeInt(list.size());
            for (Object element : list) {
                writeValue(element);
            }
        } else {
            out.writeByte(GONE);
        }
    }

    private static @Nullable Object readValue(DataInputStream in) throws IOException {
        return switch (in.readByte()) {
            case NUMBER -> in.readDouble();
            case FALSE -> false;
            case TRUE -> true;
            case TEXT -> readText(in);
            case LIST -> {
                List<Object> list = new ArrayList<>();
                for (int i = in.readInt(); i > 0; i--) {
                    Object element = readValue(in);
                    if (element != null) {
                        list.add(element);
                    }
                }
                yield List.copyOf(list);
            }
            default -> null;
        };
    }

    /** Not {@code writeUTF}, which takes 64 KiB at most. */
    private void writeText(String text) throws IOException {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), java.nio.charset.StandardCharsets.UTF_8);
    }
}
