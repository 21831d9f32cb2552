package io.millrace.rules.evaluation;

import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.history.History;
import io.millrace.rules.history.HistoryKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is remembered of a device's past, in its record, by the keys of the histories. */
final class HistoriesForm {

    private HistoriesForm() {}

    static boolean isNeeded(DeviceState device, ActiveRules rules) {
        for (int slot = 0; slot < rules.fields().histories().size(); slot++) {
            if (device.values.history(slot) != null) {
                return true;
            }
        }
        return false;
    }

    static void write(DeviceState device, ActiveRules rules, StateOutput out) throws IOException {
        List<HistoryDefinition> definitions = rules.fields().histories().histories();
        for (HistoryDefinition definition : definitions) {
            History history = device.values.history(definition.slot());
            if (history != null) {
                out.writeText(definition.key());
                out.writeByte(history.kind().number());
                out.writeInt((int) history.size());
                int begun = out.begin();
                history.write(out);
                out.end(begun);
            }
        }
    }

    static Map<String, History> read(StateInput in) throws IOException {
        Map<String, History> histories = new HashMap<>();
        while (in.hasMore()) {
            String key = in.readText();
            History history = HistoryKind.numbered(in.readUnsignedByte()).create(in.readInt());
            history.read(in.passage());
            histories.put(key, history);
        }
        return histories;
    }
}
