package io.millrace.gateway.command;

import io.millrace.schemas.Dispatch;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last 64 attempts that a session was given: one that comes again is not written again. Lives with the session. */
final class RecentDispatches {
    private static final int KEPT = 64;

    private record Attempt(String commandId, int attempt) {}

    private final Deque<Attempt> recent = new ArrayDeque<>(4);

    /** Whether this attempt is new; from then on it is not. */
    boolean add(Dispatch dispatch) {
        Attempt attempt = new Attempt(dispatch.commandId(), dispatch.attempt());
        if (recent.contains(attempt)) {
            return false;
        }
        if (recent.size() == KEPT) {
            recent.removeFirst();
        }
        recent.addLast(attempt);
        return true;
    }
}
