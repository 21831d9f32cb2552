package io.millrace.gateway.psk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A board's end of TLS-PSK. */
public final class PskClient implements AutoCloseable {
    private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1};

    private final Socket socket;
    private final TlsClientProtocol protocol;

    /** Shakes hands. */
    public PskClient(int port, String identity, byte[] key, int... suites) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        protocol = new TlsClientProtocol(socket.getInputStream(), socket.getOutputStream());
        try {
            protocol.connect(client(identity, key, suites));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static PSKTlsClient client(String identity, byte[] key, int... suites) {
        return client(identity, key, GROUPS, suites);
    }

    static PSKTlsClient client(String identity, byte[] key, int[] groups, int... suites) {
        return new PSKTlsClient(new BcTlsCrypto(new SecureRandom()), new BasicTlsPSKIdentity(identity, key)) {
            @Override
            protected ProtocolVersion[] getSupportedVersions() {
                return ProtocolVersion.TLSv12.only();
            }

            @Override
            protected int[] getSupportedCipherSuites() {
                return suites.clone();
            }

            @Override
            @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle wants it so.
            protected Vector<Integer> getSupportedGroups(Vector namedGroupRoles) {
                Vector<Integer> offered = new Vector<>();
                for (int group : groups) {
                    offered.add(group);
                }
                return offered;
            }
        };
    }

    public InputStream in() {
        return protocol.getInputStream();
    }

    public OutputStream out() {
        return protocol.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        protocol.close();
        socket.close();
    }
}
