package io.millrace.gateway.psk;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may negotiate: TLS 1.2, pre-shared keys alone or with an ephemeral key exchange beside, authenticated
 * encryption only, X25519 or P-256. The board's order of preference counts. No session is resumed; Bouncy Castle refuses renegotiation.
 */
final class PskServer extends PSKTlsServer {
    /** What mbedTLS offers of these on an ESP32 is its configuration's matter: by default AES-GCM, AES-CCM and ChaCha20. */
    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_PSK_WITH_AES_128_CCM,
        CipherSuite.TLS_PSK_WITH_AES_256_CCM,
        CipherSuite.TLS_PSK_WITH_CHACHA20_POLY1305_SHA256
    };

    /** A ClientHello is some 200 bytes; Bouncy Castle would take 32 KB. */
    private static final int LARGEST_MESSAGE = 4 << 10;

    private static final int CURVE_BITS = 256;

    private static final byte[] NO_HINT = {};

    private final Identities identities;

    PskServer(TlsCrypto crypto, PskKeys keys) {
        this(crypto, new Identities(keys));
    }

    private PskServer(TlsCrypto crypto, Identities identities) {
        super(crypto, identities);
        this.identities = identities;
    }

    private static final class Identities implements TlsPSKIdentityManager {
        private final PskKeys keys;
        private Optional<PskPeer> peer = Optional.empty();

        private Identities(PskKeys keys) {
            this.keys = keys;
        }

        @Override
        public byte[] getHint() {
            return NO_HINT;
        }

        @Override
        public byte[] getPSK(byte[] identity) {
            PskKeys.Found found = keys.find(identity);
            peer = found.peer();
            return found.key();
        }
    }

    /** Who it is, once the handshake is done. */
    Optional<PskPeer> peer() {
        return identities.peer;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.TLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return CIPHER_SUITES.clone();
    }

    private static boolean isStrong(int group) {
        return group == NamedGroup.x25519 || group == NamedGroup.secp256r1;
    }

    /** Bouncy Castle would take any curve that the board names first, those of 160 bits too. With none, no ECDHE suite is chosen. */
    @Override
    protected int getMaximumNegotiableCurveBits() {
        return selectECDH(1) < 0 ? 0 : CURVE_BITS;
    }

    @Override
    protected int selectECDH(int minimumBits) {
        int @Nullable [] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        // Who names none takes P-256 (RFC 8422, 4).
        return offered == null
                ? NamedGroup.secp256r1
                : Arrays.stream(offered).filter(PskServer::isStrong).findFirst().orElse(-1);
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return LARGEST_MESSAGE;
    }
}
