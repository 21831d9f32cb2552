package io.millrace.rules.evaluation;

import io.millrace.schemas.CommandRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The commands of one set of firing actions, of which telemetry must show an effect. Kept with the instance until it does, the
 * attempts are used up, or the instance fires no more.
 */
final class Confirmation {

    /** What became of an attempt. */
    enum Outcome {
        CONFIRMED,
        RETRIED,
        FAILED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A command as it was sent first. */
    static final class Sending {
        final CommandRequest request;
        /** Of the latest attempt, in epoch milliseconds. */
        long expiresAt;
        /** Its device has got another command since. */
        boolean superseded;

        Sending(CommandRequest request, long expiresAt, boolean superseded) {
            this.request = request;
            this.expiresAt = expiresAt;
            this.superseded = superseded;
        }

        boolean isSame(CommandRequest other) {
            return request.deviceId().equals(other.deviceId()) && Arrays.equals(request.payload(), other.payload());
        }
    }

    final List<Sending> sendings = new ArrayList<>();
    /** Only what the device said after this counts. */
    long after;
    /** 0 = the first. */
    int attempt;
    /** When the attempt has taken too long. */
    long dueAt;

    Confirmation(long after, int attempt, long dueAt) {
        this.after = after;
        this.attempt = attempt;
        this.dueAt = dueAt;
    }
}
