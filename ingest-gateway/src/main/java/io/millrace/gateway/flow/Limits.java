package io.millrace.gateway.flow;

/** What holds for every client of one event loop. Any thread. */
public final class Limits {
    /** A client can have two turns in flight: an eighth of what its loop has. */
    private static final int TURNS = 16;

    final Rate messages;
    final Rate bytes;
    final long share;

    /** @param bytesInFlight of all clients of the loop */
    public Limits(LimitsConfig config, long bytesInFlight) {
        this.messages = config.messages();
        this.bytes = config.bytes();
        this.share = Math.max(1, bytesInFlight / TURNS);
    }

    public Allowance allowance(long now) {
        return new Allowance(this, now);
    }
}
