package io.millrace.gateway.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The last 64 commands that a session was given, with what became of them. Lives with the session. */
final class RecentCommands {
    private static final int KEPT = 64;

    /** What the device made of a command that was written. */
    enum Ending {
        ACKNOWLEDGED,
        REFUSED,
        /** Written with QoS 0. */
        UNCONFIRMED
    }

    /**
     * @param attempt the latest that came in
     * @param ending empty while it waits or the device has not answered
     */
    record Given(int attempt, Optional<Ending> ending) {}

    private final Map<String, Given> recent = new LinkedHashMap<>(4) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Given> eldest) {
            return size() > KEPT;
        }
    };

    Optional<Given> find(String commandId) {
        return Optional.ofNullable(recent.get(commandId));
    }

    void given(String commandId, int attempt) {
        recent.put(commandId, new Given(attempt, Optional.empty()));
    }

    void ended(String commandId, int attempt, Ending ending) {
        recent.put(commandId, new Given(attempt, Optional.of(ending)));
    }

    /** It was not written after all. */
    void forget(String commandId) {
        recent.remove(commandId);
    }
}
