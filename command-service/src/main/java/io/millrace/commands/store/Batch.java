package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One command for many devices.
 *
 * @param request as it was asked for, JSON
 * @param perSecond how many commands are issued in a second
 * @param inFlight how many may be under way at a time
 * @param total devices that it is for
 * @param issued how many of them have their command
 */
public record Batch(
        String id,
        long seq,
        Status status,
        JsonNode request,
        CommandContent content,
        int perSecond,
        Optional<Integer> inFlight,
        int total,
        int issued,
        Instant nextAt,
        Instant createdAt,
        String createdBy,
        Optional<String> cancelledBy,
        Optional<Instant> finishedAt) {

    /** How far it has come. */
    public enum Status {
        /** Commands are being issued, or are under way. */
        RUNNING,
        /** Nothing more is issued, what waits is taken back, what is sent comes to its end. */
        CANCELLING,
        CANCELLED,
        /** Every command has come to its end, or to its delivery where no answer is awaited. */
        FINISHED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** The command for its n-th device. It has always the same id, so that none is issued twice. */
    public NewCommand command(int n, String device, Instant now) {
        var request = content.request(id + "-" + n, new DeviceId(device), createdBy, now);
        return new NewCommand(request, content.terms(), Optional.empty(), Optional.of(id));
    }
}
