package io.millrace.gateway.mqtt;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.transport.Crowd;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * The sockets on which no CONNECT has come yet. Anybody can open such a socket, so their number is bounded, and the bytes of
 * unfinished CONNECTs that they hold, each and together. When one too many comes, the source that holds the most loses its
 * oldest, for a client that means it sends CONNECT at once. One for each event loop, its thread only.
 */
final class Strangers {
    static final String NAME = "stranger";
    /** The largest CONNECT that is read, with what WebSocket lays around it. */
    static final int MOST_BYTES = 80 << 10;
    /** What each may hold whatever the others do, and on average; a CONNECT with a token is half of that. */
    static final int SOME_BYTES = 4 << 10;

    /** Where there may be few, one of any length may be among them. */
    private static final long LEAST_BYTES = 128 << 10;

    private final Crowd<Stranger> silent = new Crowd<>();
    private final int most;
    private final Counter closed;
    private long bytes;

    Strangers(int most, Counter closed) {
        this.most = most;
        this.closed = closed;
    }

    /** Before the layers below MQTT are there: it comes to lie between them. */
    void arrived(Channel channel) {
        Stranger stranger = new Stranger(this, channel);
        channel.pipeline().addFirst(NAME, stranger);
        stranger.arrived();
        if (silent.size() > most) {
            silent.first().ifPresent(this::turnAway);
        }
    }

    /** Its CONNECT has come. */
    Stranger spoke(Channel channel) {
        Stranger stranger = Optional.ofNullable(channel.pipeline().get(Stranger.class))
                .orElseGet(() -> new Stranger(this, channel));
        stranger.spoke();
        return stranger;
    }

    Crowd.Place<Stranger> enter(Stranger stranger, long source) {
        return silent.add(source, stranger);
    }

    /** @param held by it until now */
    void leave(Crowd.Place<Stranger> place, int held) {
        silent.remove(place);
        bytes -= held;
    }

    void grows(int by) {
        bytes += by;
    }

    /** After more has come, and still no CONNECT. */
    void check(Stranger stranger) {
        boolean isLong = stranger.bytes() > SOME_BYTES && bytes > Math.max((long) most * SOME_BYTES, LEAST_BYTES);
        if (isLong || stranger.bytes() > MOST_BYTES) {
            turnAway(stranger);
        }
    }

    private void turnAway(Stranger stranger) {
        closed.increment();
        stranger.close();
    }
}
