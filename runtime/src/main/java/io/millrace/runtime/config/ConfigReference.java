package io.millrace.runtime.config;

import java.util.ArrayList;
import java.util.List;

/** Writes the reference file of a process: every key, its default and meaning, as YAML that the process would read. */
public final class ConfigReference {
    private ConfigReference() {}

    /** @param title the first line, e.g. which service this is for */
    public static String yaml(String title, List<Settings.Key> keys) {
        StringBuilder out = new StringBuilder("# ")
                .append(title)
                .append("\n# Every key can be set by the environment: MILLRACE_ + path, e.g. ")
                .append(Settings.variable(keys.get(0).path()))
                .append(".\n");
        List<String> open = new ArrayList<>();
        for (Settings.Key key : keys) {
            String[] parts = key.path().split("\\.");
            int shared = 0;
            while (shared < open.size()
                    && shared < parts.length - 1
                    && open.get(shared).equals(parts[shared])) {
                shared++;
            }
            open.subList(shared, open.size()).clear();
            if (shared == 0) {
                out.append('\n');
            }
            for (int i = shared; i < parts.length - 1; i++) {
                out.append("  ".repeat(i)).append(parts[i]).append(":\n");
                open.add(parts[i]);
            }
            String indent = "  ".repeat(parts.length - 1);
            out.append(indent).append("# ").append(key.meaning()).append('\n');
            String name = parts[parts.length - 1];
            if (name.equals("*")) {
                out.append(indent).append("# any.key: value\n");
            } else if (key.defaultText().isEmpty()) {
                out.append(indent).append("# ").append(name).append(":\n");
            } else {
                out.append(indent)
                        .append(name)
                        .append(": ")
                        .append(scalar(key.defaultText()))
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String scalar(String text) {
        return text.matches("[A-Za-z0-9./_-][A-Za-z0-9 ./:_-]*") && !text.contains(": ") ? text : "\"" + text + "\"";
    }
}
