package io.millrace.gateway.psk;

import io.millrace.gateway.transport.Handshakes;
import io.millrace.gateway.transport.Layer;
import io.netty.channel.ChannelPipeline;
import java.security.SecureRandom;
import java.time.Duration;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** TLS with pre-shared keys below MQTT: no certificates, so a handshake is a few hashes for a board. The JDK has none. */
public final class PskLayer implements Layer {
    private final TlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
    private final PskKeys keys;
    private final PskConfig config;
    private final Handshakes handshakes;

    public PskLayer(PskKeys keys, PskConfig config, Handshakes handshakes) {
        this.keys = keys;
        this.config = config;
        this.handshakes = handshakes;
    }

    @Override
    public void putInto(ChannelPipeline pipeline) {
        Duration timeout = config.handshakeTimeout();
        handshakes.guard(
                pipeline,
                "psk",
                timeout,
                () -> new PskHandler(new PskServer(crypto, keys), timeout.toMillis(), handshakes));
    }
}
