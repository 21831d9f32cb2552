package io.millrace.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangesTest {
    private static boolean contains(String range, String address) throws Exception {
        return AddressRanges.of(List.of(range)).contains(InetAddress.getByName(address));
    }

    @Test
    void aRangeHoldsItsAddressesAndNoOther() throws Exception {
        assertThat(contains("10.0.0.0/8", "10.255.0.1")).isTrue();
        assertThat(contains("10.0.0.0/8", "11.0.0.1")).isFalse();
        assertThat(contains("192.168.4.0/22", "192.168.7.255")).isTrue();
        assertThat(contains("192.168.4.0/22", "192.168.8.0")).isFalse();
        assertThat(contains("192.168.4.17", "192.168.4.17")).isTrue();
        assertThat(contains("192.168.4.17", "192.168.4.16")).isFalse();
        assertThat(contains("0.0.0.0/0", "203.0.113.9")).isTrue();
        assertThat(contains("fd00::/8", "fdff::1")).isTrue();
        assertThat(contains("fd00::/8", "fc00::1")).isFalse();
        assertThat(contains("0.0.0.0/0", "::1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"balancer.example.com", "10.0.0.0/33", "10.0.0.0/", "fd00::/-1", "10.0.0.0/x", ""})
    void whatIsNoRangeIsNamed(String text) {
        assertThatThrownBy(() -> AddressRanges.of(List.of("127.0.0.1", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(text + " is no address or range");
    }
}
