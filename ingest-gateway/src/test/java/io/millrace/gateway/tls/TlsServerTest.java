package io.millrace.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.TestCa;
import io.millrace.runtime.tls.CertificateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When changed files are taken. */
class TlsServerTest {
    private static final TestCa CA = new TestCa("server");
    private static final TestCa OTHER = new TestCa("other");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    private TlsServer server;

    @BeforeEach
    void start() throws Exception {
        CA.issueForGateway("gateway").writeTo(directory);
        clientCas(CA.pem() + OTHER.pem());
        CertificateFiles files = new CertificateFiles(
                directory.resolve("tls.crt"),
                directory.resolve("tls.key"),
                Optional.of(directory.resolve("clients.pem")));
        TlsConfig config =
                new TlsConfig(0, Optional.of(files), false, TlsEngine.JDK, Duration.ofSeconds(10), Duration.ofHours(1));
        server = new TlsServer(config, files, new GatewayMetrics(registry), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void clientCas(String pem) throws Exception {
        var unused = Files.writeString(directory.resolve("clients.pem"), pem);
    }

    private double reloads(String outcome) {
        return registry.get("gateway.tls.reloads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    /** Cut behind its first certificate this file is a good one: who reads it then would refuse half the fleet. */
    @Test
    void filesThatAreBeingWrittenAreNotUsedUntilTheyHaveStoodStill() throws Exception {
        clientCas(CA.pem());
        assertThat(server.look()).isFalse();
        clientCas(OTHER.pem() + CA.pem());
        assertThat(server.look()).isFalse();
        assertThat(reloads("done")).isZero();
        assertThat(server.look()).isTrue();
        assertThat(reloads("done")).isEqualTo(1);
    }

    @Test
    void brokenFilesAreToldOnce() throws Exception {
        clientCas(CA.pem() + OTHER.pem().substring(0, 100));
        assertThat(server.look()).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(server.look()).isTrue();
        }
        assertThat(reloads("failed")).isEqualTo(1);
        assertThat(reloads("done")).isZero();
    }
}
