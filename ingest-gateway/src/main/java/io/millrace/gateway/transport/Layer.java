package io.millrace.gateway.transport;

import io.netty.channel.ChannelPipeline;

/** What lies below the protocol of a connection. One for all connections of a way in; any event loop. */
@FunctionalInterface
public interface Layer {
    /** Puts itself below all that is there. Called on the connection's event loop, before anything is read. */
    void putInto(ChannelPipeline pipeline);
}
