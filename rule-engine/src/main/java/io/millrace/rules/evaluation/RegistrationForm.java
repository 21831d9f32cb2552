package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What the registry says of a device, in its record. */
final class RegistrationForm {

    private RegistrationForm() {}

    static void write(DeviceState device, StateOutput out) throws IOException {
        out.writeBoolean(device.registered);
        if (device.registered) {
            out.writeLong(device.registeredAt);
            out.writeTexts(device.attributes.labels());
            out.writeShort(device.attributes.attributes().size());
            for (Map.Entry<String, Object> attribute :
                    device.attributes.attributes().entrySet()) {
                out.writeUTF(attribute.getKey());
                out.writeValue(attribute.getValue());
            }
        }
    }

    static void read(StateInput in, DeviceState device) throws IOException {
        device.registered = in.readBoolean();
        if (device.registered) {
            device.registeredAt = in.readLong();
            Map<String, String> labels = in.readTexts();
            Map<String, Object> attributes = new HashMap<>();
            for (int i = in.readShort(); i > 0; i--) {
                String name = in.readUTF();
                Object value = in.readValue();
                if (value != null) {
                    attributes.put(name, value);
                }
            }
            device.attributes = new DeviceAttributes(labels, attributes);
        }
    }
}
