package io.millrace.gateway.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request says of its body. */
enum BodyType {
    /** JSON, or nothing that speaks against it. */
    JSON,
    /** NDJSON. */
    LINES,
    UNSUPPORTED;

    static final String SUPPORTED = "application/json, application/x-ndjson";

    /** @param contentType the header, null if there is none */
    static BodyType of(@Nullable String contentType) {
        if (contentType == null) {
            return JSON;
        }
        int parameters = contentType.indexOf(';');
        String type = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" -> LINES;
            // What curl -d, Arduino's HTTPClient and others say of any body unless they are told otherwise.
            case "", "application/json", "text/plain", "text/json", "application/x-www-form-urlencoded" -> JSON;
            default -> type.startsWith("application/") && type.endsWith("+json") ? JSON : UNSUPPORTED;
        };
    }
}
