package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.TestCa;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerAuthenticatorTest {
    private static final Instant END = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    @Test
    void whatACertificateOpensEndsWithIt() {
        FleetIssuers issuers =
                new FleetIssuers(Optional.empty(), new GatewayMetrics(new SimpleMeterRegistry()), () -> {});
        PeerAuthenticator peers = new PeerAuthenticator(
                new DeviceTable(issuers, id -> {}, id -> {}),
                new CertificateNames(List.of(CertificateNames.Source.CN)),
                id -> {},
                Clock.systemUTC());
        Identity identity = peers.byCertificate(
                new TestCa("boards").issue("EC", "board", END).certificate(), "");
        assertThat(identity).isInstanceOfSatisfying(Identity.Device.class, device -> {
            assertThat(device.credential().isOver(at(END.minusMillis(1)))).isFalse();
            assertThat(device.credential().isOver(at(END))).isTrue();
        });
        assertThat(Credential.None.IT.isOver(at(Instant.MAX))).isFalse();
    }
}
