package io.millrace.gateway.mqtt;

import io.micrometer.core.instrument.Counter;
import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sockets on which no CONNECT has come yet, the oldest first. Anybody can open such a socket, so their number is bounded:
 * when one too many comes the oldest is closed, for a client that means it sends CONNECT at once. One for each event loop, its
 * thread only.
 */
final class Strangers {
    private final Set<Channel> silent = new LinkedHashSet<>();
    private final int most;
    private final Counter closed;

    Strangers(int most, Counter closed) {
        this.most = most;
        this.closed = closed;
    }

    void arrived(Channel channel) {
        Iterator<Channel> oldest = silent.iterator();
        while (oldest.hasNext()) {
            Channel before = oldest.next();
            boolean open = before.isActive();
            if (open && silent.size() < most) {
                break;
            }
            oldest.remove();
            if (open) {
                closed.increment();
                var unused = before.close();
            }
        }
        silent.add(channel);
    }

    /** Its CONNECT has come. */
    void spoke(Channel channel) {
        silent.remove(channel);
    }
}
