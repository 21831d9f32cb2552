package io.millrace.standalone.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which devices, as the API's list takes it. */
final class DeviceFilter {
    @Parameters(index = "0", arity = "0..1", paramLabel = "TEXT", description = "Part of the id.")
    private @Nullable String text;

    @Option(names = "--type", paramLabel = "TYPE", description = "Of this type.")
    private @Nullable String type;

    @Option(
            names = "--label",
            paramLabel = "NAME:VALUE",
            description = "With this label; may be given several times, all must fit.")
    private List<String> labels = new ArrayList<>();

    @ArgGroup
    private @Nullable Presence presence;

    static final class Presence {
        @Option(names = "--connected", description = "Only those that are connected.")
        private boolean connected;

        @Option(names = "--disconnected", description = "Only those that are not.")
        @SuppressWarnings("UnusedVariable") // the other one of the two
        private boolean disconnected;
    }

    /** For the query, each with {@code &} before it. */
    String query() {
        StringBuilder query = new StringBuilder();
        add(query, "q", text);
        add(query, "type", type);
        labels.forEach(label -> add(query, "label", label));
        Presence wanted = presence;
        if (wanted != null) {
            add(query, "connected", Boolean.toString(wanted.connected));
        }
        return query.toString();
    }

    private static void add(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(Api.encoded(value));
        }
    }
}
