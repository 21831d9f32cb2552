package io.millrace.rules.lint;

import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Selection;
import java.util.Collections;
import java.util.List;

/** Whether two selections can have no device in common: as far as labels and whole ids tell. */
final class Apart {

    private Apart() {}

    static boolean are(Selection one, Selection other) {
        boolean byLabels = one.labels().entrySet().stream().anyMatch(label -> {
            List<String> values = other.labels().get(label.getKey());
            return values != null && Collections.disjoint(values, label.getValue());
        });
        return byLabels
                || idsApart(one.ids(), other.ids())
                || one.within().map(outer -> are(outer, other)).orElse(false)
                || other.within().map(outer -> are(one, outer)).orElse(false);
    }

    private static boolean idsApart(List<Glob> some, List<Glob> others) {
        return !some.isEmpty()
                && !others.isEmpty()
                && some.stream().allMatch(one -> others.stream().allMatch(other -> apart(one, other)));
    }

    private static boolean apart(Glob one, Glob other) {
        if (isWhole(one)) {
            return !other.matches(one.pattern());
        }
        if (isWhole(other)) {
            return !one.matches(other.pattern());
        }
        String first = prefix(one);
        String second = prefix(other);
        return !first.startsWith(second) && !second.startsWith(first);
    }

    private static boolean isWhole(Glob glob) {
        return prefix(glob).length() == glob.pattern().length();
    }

    private static String prefix(Glob glob) {
        return glob.pattern().split("[*?]", 2)[0];
    }
}
