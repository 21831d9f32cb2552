package io.millrace.simulator;

/** Is told of each command that a board has acknowledged, as often as it has: the board's own record, to hold against what others say of it. */
@FunctionalInterface
public interface CommandWitness {
    CommandWitness NONE = (deviceId, payload) -> {};

    /** On the board's event loop, when its PUBACK has been written. A command in pieces is known by its first one. */
    void acknowledged(String deviceId, String payload);
}
