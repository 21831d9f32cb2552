package io.millrace.commands.api;

import java.util.Locale;
import java.util.Optional;

/** In which form readings are sent: a page of JSON, or all that there are, line by line. */
enum TelemetryFormat {
    JSON("application/json"),
    CSV("text/csv; charset=utf-8"),
    NDJSON("application/x-ndjson");

    private final String type;

    TelemetryFormat(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    /** By the parameter {@code format}, else by the header Accept, else {@code otherwise}. */
    static TelemetryFormat of(Call call, TelemetryFormat otherwise) {
        Optional<TelemetryFormat> named = call.choice("format", TelemetryFormat.class);
        if (named.isPresent()) {
            return named.get();
        }
        String accept = call.header("Accept").orElse("").toLowerCase(Locale.ROOT);
        return accept.contains("text/csv") ? CSV : accept.contains("ndjson") ? NDJSON : otherwise;
    }
}
