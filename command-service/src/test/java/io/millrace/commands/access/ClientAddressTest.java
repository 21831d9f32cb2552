package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"));

    @Test
    void withoutTrustedProxiesTheHeaderIsOnlyText() {
        assertThat(new ClientAddress(List.of()).of("10.0.0.1", Optional.of("203.0.113.9")))
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    198.51.100.1 | 203.0.113.9                      | 198.51.100.1 | not from a proxy of ours
                    10.0.0.1     | 203.0.113.9                      | 203.0.113.9  | what our proxy has seen
                    10.0.0.1     | 1.1.1.1, 203.0.113.9             | 203.0.113.9  | the client's own claim before it
                    10.0.0.1     | 203.0.113.9, 192.0.2.7, 10.9.9.9 | 203.0.113.9  | a chain of ours
                    10.0.0.1     | 10.0.0.2, 10.0.0.3               | 10.0.0.2     | everybody is ours
                    10.0.0.1     | unknown                          | 10.0.0.1     | no address
                    10.0.0.1     | 203.0.113.9, <script>            | 10.0.0.1     | the last one is no address
                    2001:db8::1  | 2a00:1450::5                     | 2a00:1450::5 | IPv6
                    10.0.0.1     | ''                               | 10.0.0.1     | an empty header
                    """)
    void theHeaderCountsAsFarAsProxiesOfOursHaveWrittenIt(
            String peer, String header, String expected, String description) {
        assertThat(addresses.of(peer, Optional.of(header))).as(description).isEqualTo(expected);
    }

    @Test
    void aNetworkIsWhatOneClientHas() {
        assertThat(ClientAddress.network("203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(ClientAddress.network("2001:db8:1:2:3:4:5:6"))
                .isEqualTo(ClientAddress.network("2001:db8:1:2:ffff::1"))
                .isNotEqualTo(ClientAddress.network("2001:db8:1:3::1"));
        assertThat(ClientAddress.network("no address")).isEqualTo("no address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "::1/129", "/8", "10.0.0.1/"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> new ClientAddress(List.of(text))).isInstanceOf(IllegalArgumentException.class);
    }
}
