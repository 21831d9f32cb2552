package io.millrace.commands.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;

/** How the table {@code telemetry} is kept in pieces by time, so that what is old goes piece by piece. */
public interface HistoryLayout {
    /**
     * Makes the pieces in which readings will stand, as far as they must be made ahead. Harmless to repeat, on several instances at once.
     *
     * @param from the first day, UTC
     * @param to the last one
     */
    Future<Void> prepare(LocalDate from, LocalDate to);

    /** Removes what lies before that time, by whole pieces where {@code exactly} does not ask for more. */
    Future<Void> removeBefore(Instant oldest, boolean exactly);

    /** Removes readings that lie after that time: whoever wrote them had a clock that was far ahead. */
    Future<Void> removeAfter(Instant latest);
}
