package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.TestCa;
import io.millrace.gateway.identity.CertificateNames.Source;
import io.millrace.schemas.DeviceId;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;

class CertificateNamesTest {
    private static final TestCa CA = new TestCa("names");
    private static final GeneralName DNS = new GeneralName(GeneralName.dNSName, "board-dns");
    private static final GeneralName URI =
            new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://fleet.example/board/board-uri");

    private static String device(String commonName, List<Source> order, GeneralName... others) {
        return new CertificateNames(order)
                .device(CA.issue(commonName, others).certificate())
                .map(DeviceId::value)
                .orElse("none");
    }

    @Test
    void theFirstNameInTheOrderAskedForCounts() {
        assertThat(device("board-cn", List.of(Source.CN, Source.URI, Source.DNS), DNS, URI))
                .isEqualTo("board-cn");
        assertThat(device("board-cn", List.of(Source.DNS, Source.CN), DNS, URI)).isEqualTo("board-dns");
        assertThat(device("board-cn", List.of(Source.URI, Source.CN), DNS, URI)).isEqualTo("board-uri");
        assertThat(device("board-cn", List.of(Source.URI, Source.CN))).isEqualTo("board-cn");
    }

    @Test
    void whatCanBeNoDeviceIsPassedOver() {
        assertThat(device("Board No. 7", List.of(Source.CN, Source.DNS), DNS)).isEqualTo("board-dns");
        assertThat(device("Board No. 7", List.of(Source.CN))).isEqualTo("none");
        assertThat(device("", List.of(Source.CN, Source.URI))).isEqualTo("none");
    }
}
