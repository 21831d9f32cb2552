package io.millrace.gateway.session;

/**
 * What a session that is taken over must know of the newer one.
 *
 * @param epoch of the newer one
 * @param cleanStart whether it began without the state of the older one
 * @param here whether it is on this gateway
 */
public record Takeover(long epoch, boolean cleanStart, boolean here) {}
