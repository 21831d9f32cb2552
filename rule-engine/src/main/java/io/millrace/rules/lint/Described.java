package io.millrace.rules.lint;

import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Selections in a few words. */
final class Described {

    private Described() {}

    /** {@code " matching kind=fridge"}; empty for all devices. */
    static String selection(Selection selection) {
        List<String> words = new ArrayList<>();
        for (Selection some = selection; some != null; some = some.within().orElse(null)) {
            if (!some.ids().isEmpty()) {
                words.add(some.ids().stream().map(Glob::pattern).collect(Collectors.joining("|")));
            }
            some.labels().forEach((label, values) -> words.add(label + "=" + String.join("|", values)));
        }
        return words.isEmpty() ? "" : " matching " + String.join(" ", words);
    }
}
