package io.millrace.rules.lint;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Field;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.Selection;
import io.millrace.runtime.config.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** W305: a rule for devices that do not exist, or about a field that none of them sends. */
final class Selections implements Suspicion {

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            Optional<Collection<String>> devices = suspects.evidence().devices(rule.devices());
            if (devices.isPresent()
                    && !devices.get().isEmpty()
                    && devices.get().stream()
                            .noneMatch(id -> suspects.evidence().matches(rule.devices(), id))) {
                warnings.add(
                        "W305",
                        rule,
                        "devices",
                        "selects none of %s".formatted(count(devices.get().size())),
                        nearest(rule.devices(), devices.get(), suspects.evidence()));
            } else {
                unheard(rule, suspects, warnings);
            }
        }
    }

    private static String count(int devices) {
        return String.format(Locale.ROOT, "%,d device%s", devices, devices == 1 ? "" : "s");
    }

    private static String nearest(Selection selection, Collection<String> ids, Evidence evidence) {
        for (Map.Entry<String, List<String>> label : selection.labels().entrySet()) {
            Set<String> values = new TreeSet<>();
            evidence.registry().orElse(Map.of()).values().stream()
                    .map(DeviceAttributes::labels)
                    .filter(labels -> labels.containsKey(label.getKey()))
                    .forEach(labels -> values.add(labels.getOrDefault(label.getKey(), "")));
            if (values.isEmpty()) {
                return "no device has a label " + label.getKey();
            }
            if (label.getValue().stream().noneMatch(values::contains)) {
                return Nearest.help(label.getValue().get(0), values, "Values of " + label.getKey());
            }
        }
        return selection.ids().stream()
                .map(Glob::pattern)
                .flatMap(pattern -> Nearest.to(pattern, ids).stream())
                .map(id -> "did you mean \"" + id + "\"?")
                .findFirst()
                .or(() -> selection.within().map(outer -> nearest(outer, ids, evidence)))
                .orElse("");
    }

    private static void unheard(Rule rule, Suspects suspects, Warnings warnings) {
        List<Recording.Device> heard = suspects.evidence().heard(rule.devices());
        if (heard.isEmpty()) {
            return;
        }
        for (int slot : rule.trigger().inputs().fields().toArray()) {
            Field field = suspects.field(slot);
            String name = String.join(".", field.path());
            if (heard.stream().noneMatch(device -> device.sent(name))) {
                Recording recording = suspects.evidence().recording().orElseThrow();
                warnings.add(
                        "W305",
                        rule,
                        "expr",
                        "none of %s sent \"%s\" in %s"
                                .formatted(count(heard.size()), name, span(recording.spanMillis())),
                        Nearest.help(name, recording.fields(), "They sent"));
                return;
            }
        }
    }

    private static String span(long millis) {
        double hours = millis / 3_600_000.0;
        return hours < 48
                ? String.format(Locale.ROOT, "%.1f h", hours)
                : String.format(Locale.ROOT, "%.0f d", hours / 24);
    }
}
