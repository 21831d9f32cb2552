package io.millrace.schemas;

import java.util.Locale;

/** Why telemetry was not taken. The word, in lower case with dashes, is the header of the rejected record and a metric tag. */
public enum RejectReason {
    /** Not JSON at all, or cut off. */
    NOT_JSON,
    /** JSON, but neither an object nor an array of objects. */
    NOT_OBJECT,
    /** Larger than the gateway takes. */
    TOO_LARGE,
    /** A topic that the device may not publish to, or that nobody reads. */
    NOT_AUTHORIZED,
    /** Faster than the device's rate limit. */
    RATE_LIMITED;

    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
