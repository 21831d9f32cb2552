package io.millrace.gateway.packet;

import java.time.Duration;

/**
 * What a client may cost before anything that it says is looked at.
 *
 * @param largest in bytes, as declared to MQTT 5 clients
 * @param largestPublish in bytes; above the largest, such a PUBLISH can still be answered and kept
 * @param topicAliases 0 for none
 * @param connectWithin of the connection's beginning
 */
public record PacketLimits(int largest, int largestPublish, int topicAliases, Duration connectWithin) {}
