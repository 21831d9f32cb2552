package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredValue;
import io.millrace.rules.expression.Field;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last values of a device, in its record, by the names of the fields. */
final class ValuesForm {

    private ValuesForm() {}

    static void write(DeviceState device, ActiveRules rules, StateOutput out) throws IOException {
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
                out.writeValue(device.values.value(field.slot()));
            }
        }
    }

    static Map<String, StoredValue> read(StateInput in) throws IOException {
        Map<String, StoredValue> values = new HashMap<>();
        for (int i = in.readShort(); i > 0; i--) {
            String key = in.readUTF();
            long time = in.readLong();
            values.put(key, new StoredValue(in.readValue(), time));
        }
        return values;
    }
}
