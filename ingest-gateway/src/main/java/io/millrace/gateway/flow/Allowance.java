package io.millrace.gateway.flow;

/**
 * What one client may still send: by its rate of messages and of bytes, and by its share of what its event loop has on the way
 * to Kafka. Two numbers for the rates and two for the share are all that is kept for a client. Its event loop only.
 *
 * <p>The share needs no count of what is in flight for each client: a client takes in turns, each of at most {@code share}
 * bytes, and its next turn begins when all that was taken by anybody before the last one has arrived. So at most two turns are
 * in flight.
 */
public final class Allowance {
    private final Limits limits;
    private long messagesSpent;
    private long bytesSpent;
    private long turnBegan;
    private int turn;

    Allowance(Limits limits, long now) {
        this.limits = limits;
        this.messagesSpent = now;
        this.bytesSpent = now;
    }

    /**
     * A message has been taken.
     *
     * @param now may lag behind by a second, in favour of the client
     * @return whether it may be too much; {@link #rest} knows
     */
    public boolean spend(int bytes, long now) {
        turn += bytes;
        messagesSpent = limits.messages.spend(messagesSpent, now, 1);
        bytesSpent = limits.bytes.spend(bytesSpent, now, bytes);
        return rest(now) > 0;
    }

    /** For how many nanoseconds nothing should be read; 0 or less for none. */
    public long rest(long now) {
        return Math.max(limits.messages.overdrawn(messagesSpent, now), limits.bytes.overdrawn(bytesSpent, now));
    }

    /** Whether it has all of its credit, so that nothing need be remembered of it. */
    public boolean isFull(long now) {
        return messagesSpent - now <= 0 && bytesSpent - now <= 0;
    }

    /** Whether its share has room for another message. */
    public boolean hasRoom(InFlightBytes inFlight) {
        if (turn < limits.share) {
            return true;
        }
        if (!inFlight.hasArrived(turnBegan)) {
            return false;
        }
        turn = 0;
        turnBegan = inFlight.taken();
        return true;
    }

    /** What must have arrived for it to go on, see {@link InFlightBytes#callWhenArrived}. */
    public long turnBegan() {
        return turnBegan;
    }
}
