package io.millrace.gateway.command;

import java.util.Optional;
import java.util.function.Consumer;

/** Who knows which command an answer is for that may name none: the device's session. */
@FunctionalInterface
public interface Attribution {
    /**
     * @param named the command that the device names
     * @param then called with the command that is meant, empty if nobody can tell: at once, or later on the caller's event loop
     */
    void attribute(Optional<String> named, Consumer<Optional<String>> then);
}
