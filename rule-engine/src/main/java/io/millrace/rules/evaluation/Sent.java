package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import java.util.HashMap;
import java.util.Map;

/** What all rules together have sent because of a device, and the fleet brakes that it pulled. Null in the device until then. */
final class Sent {

    static final int MOST = 30;
    static final long WINDOW = 60_000;

    final Times commands = new Times();
    /** Rules that are held since this device was one too many, and since when. */
    final Map<RuleId, Long> brakes = new HashMap<>();
    /** Of the longest chain of commands that telemetry of now may come from: how many caused each other before it. */
    int chain;
    /** Until when telemetry may come from it. */
    long chainUntil = Instance.NEVER;

    /** A command is under way of which telemetry may come until then. */
    void carry(int commandChain, long now, long until) {
        chain = now <= chainUntil ? Math.max(chain, commandChain) : commandChain;
        chainUntil = Math.max(chainUntil, until);
    }
}
