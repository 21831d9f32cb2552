package io.millrace.gateway.psk;

import io.millrace.schemas.DeviceId;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * The device that a connection's handshake has proven by its key.
 *
 * @param generation of the key
 */
public record PskPeer(DeviceId device, int generation) {
    private static final AttributeKey<PskPeer> KEY = AttributeKey.valueOf("millrace.pskPeer");

    /** Absent on connections that are not of TLS-PSK. */
    public static Optional<PskPeer> of(Channel channel) {
        return channel.hasAttr(KEY) ? Optional.ofNullable(channel.attr(KEY).get()) : Optional.empty();
    }

    void isAt(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
