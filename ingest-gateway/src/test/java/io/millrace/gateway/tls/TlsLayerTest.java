package io.millrace.gateway.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.TestCa;
import io.millrace.gateway.identity.FailureLimit;
import io.millrace.gateway.transport.Handshakes;
import io.millrace.runtime.tls.CertificateFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A client's TLS and ours, byte by byte in memory. */
class TlsLayerTest {
    private static final TestCa CA = new TestCa("layer");

    private static final FailureLimit.Rate MANY = new FailureLimit.Rate(1_000_000, Duration.ofMillis(1));
    private static final FailureLimit FAILURES = new FailureLimit(MANY, MANY, System::nanoTime);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    private @Nullable TlsServer server;
    private EmbeddedChannel ours = new EmbeddedChannel();
    private EmbeddedChannel client = new EmbeddedChannel();
    private final List<Integer> records = new ArrayList<>();

    @AfterEach
    void close() {
        var unused = ours.finishAndReleaseAll() | client.finishAndReleaseAll();
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private void serve(TlsEngine engine, String keyAlgorithm) {
        assumeTrue(engine != TlsEngine.OPENSSL || OpenSsl.isAvailable(), "no OpenSSL for this machine");
        CA.issue(keyAlgorithm, "gateway", Instant.now().plus(Duration.ofDays(1)))
                .writeTo(directory);
        CertificateFiles files =
                new CertificateFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"), Optional.empty());
        TlsConfig config =
                new TlsConfig(0, Optional.of(files), false, engine, Duration.ofSeconds(60), Duration.ofHours(1));
        GatewayMetrics metrics = new GatewayMetrics(registry);
        TlsServer started = new TlsServer(config, files, metrics, Clock.systemUTC());
        server = started;
        new TlsLayer(started, new Handshakes(FAILURES, 1_000, 100, metrics)).putInto(ours.pipeline());
    }

    private SSLEngine connect(String protocol, String... suites) {
        SSLEngine engine = CA.context().createSSLEngine("127.0.0.1", 8883);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
        engine.setEnabledCipherSuites(suites);
        client = new EmbeddedChannel(new SslHandler(engine));
        exchange();
        return engine;
    }

    /** Until both have no more to say. */
    private void exchange() {
        boolean moved = true;
        while (moved) {
            moved = move(client, ours, false) | move(ours, client, true);
            client.runPendingTasks();
            ours.runPendingTasks();
        }
    }

    private boolean move(EmbeddedChannel from, EmbeddedChannel to, boolean counted) {
        boolean moved = false;
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            moved = true;
            if (counted) {
                count(out);
            }
            if (to.isOpen()) {
                to.writeInbound(out);
            } else {
                out.release();
            }
        }
        return moved;
    }

    /** Lengths of the records with application data. */
    private void count(ByteBuf bytes) {
        for (int at = bytes.readerIndex(); at < bytes.writerIndex(); at += 5 + bytes.getUnsignedShort(at + 3)) {
            if (bytes.getByte(at) == 23) {
                records.add(bytes.getUnsignedShort(at + 3));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EC,  TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "EC,  TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "EC,  TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "RSA, TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "RSA, TLSv1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "RSA, TLSv1.2, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "EC,  TLSv1.3, TLS_AES_128_GCM_SHA256",
        "EC,  TLSv1.3, TLS_CHACHA20_POLY1305_SHA256"
    })
    void whatBoardsOfferIsTaken(String key, String protocol, String suite) {
        for (TlsEngine engine : new TlsEngine[] {TlsEngine.JDK, TlsEngine.AUTO}) {
            ours = new EmbeddedChannel();
            serve(engine, key);
            SSLEngine negotiated = connect(protocol, suite);
            assertThat(negotiated.getSession().getCipherSuite())
                    .as(engine.text())
                    .isEqualTo(suite);
            close();
        }
        assertThat(registry.get("gateway.tls.handshakes")
                        .tag("outcome", "done")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void withoutForwardSecrecyOrAuthenticatedEncryptionThereIsNoConnection(TlsEngine engine) {
        // The newest Java offers the first of them no longer, and gives up by itself.
        for (String suite : List.of("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")) {
            ours = new EmbeddedChannel();
            serve(engine, "RSA");
            try {
                SSLEngine refused = connect("TLSv1.2", suite);
                assertThat(refused.getSession().getCipherSuite()).isEqualTo("SSL_NULL_WITH_NULL_NULL");
            } catch (RuntimeException e) {
                assertThat(e).hasRootCauseInstanceOf(SSLException.class);
            }
            assertThat(registry.get("gateway.tls.handshakes")
                            .tag("outcome", "done")
                            .counter()
                            .count())
                    .as(suite)
                    .isZero();
        }
        assertThat(ours.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void noRecordIsLargerThanASmallBoardsBuffer(TlsEngine engine) {
        serve(engine, "EC");
        var unused = connect("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        records.clear();
        ours.writeOutbound(Unpooled.wrappedBuffer(new byte[10_000]));
        exchange();
        assertThat(records).hasSizeGreaterThan(4).allMatch(length -> length <= 2048 + 64);
        int received = 0;
        for (ByteBuf in = client.readInbound(); in != null; in = client.readInbound()) {
            received += in.readableBytes();
            in.release();
        }
        assertThat(received).isEqualTo(10_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void aClientMayNotNegotiateAgain(TlsEngine engine) throws SSLException {
        serve(engine, "EC");
        SSLEngine negotiated = connect("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        client.writeOutbound(Unpooled.copiedBuffer("before", UTF_8));
        exchange();
        assertThat(ours.<ByteBuf>readInbound().toString(UTF_8)).isEqualTo("before");
        byte[] id = negotiated.getSession().getId();
        assertThatThrownBy(() -> {
                    var unused = client.pipeline().get(SslHandler.class).renegotiate();
                    exchange();
                })
                .hasRootCauseInstanceOf(SSLException.class);
        assertThat(negotiated.getSession().getId()).isEqualTo(id);
        assertThat(ours.isOpen() && client.isOpen()).isFalse();
    }
}
