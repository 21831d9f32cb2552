package io.millrace.gateway.psk;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.transport.Layer;
import io.netty.channel.ChannelPipeline;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** TLS with pre-shared keys below MQTT: no certificates, so a handshake is a few hashes for a board. The JDK has none. */
public final class PskLayer implements Layer {
    private final TlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
    private final PskKeys keys;
    private final PskConfig config;
    private final GatewayMetrics metrics;

    public PskLayer(PskKeys keys, PskConfig config, GatewayMetrics metrics) {
        this.keys = keys;
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public void putInto(ChannelPipeline pipeline) {
        PskServer server = new PskServer(crypto, keys);
        pipeline.addFirst(
                "psk", new PskHandler(server, config.handshakeTimeout().toMillis(), metrics));
    }
}
