package io.millrace.commands.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachTest {
    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "2606:2800:220:1::1", "100.128.0.1", "172.32.0.1", "64:ff9b::5db8:d822"})
    void thePublicIsReachedByAll(String address) throws UnknownHostException {
        assertThat(Reach.PUBLIC.allows(InetAddress.getByName(address))).isTrue();
        assertThat(Reach.LOOPBACK.allows(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.7",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "fd12::1",
                "::ffff:10.0.0.7",
                "64:ff9b::a00:7",
                "2002:a00:7::1"
            })
    void privateNetworksAreReachedUnlessOnlyThePublicMayBe(String address) throws UnknownHostException {
        assertThat(Reach.PUBLIC.allows(InetAddress.getByName(address))).isFalse();
        assertThat(Reach.PRIVATE.allows(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    void thisHostIsReachedOnlyIfSaidSo(String address) throws UnknownHostException {
        assertThat(Reach.PRIVATE.allows(InetAddress.getByName(address))).isFalse();
        assertThat(Reach.LOOPBACK.allows(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "fe80::1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1",
                "255.255.255.255",
                "0.1.2.3",
                "240.0.0.1"
            })
    void linkLocalAddressesAndMetadataServicesAreNeverReached(String address) throws UnknownHostException {
        assertThat(Reach.LOOPBACK.allows(InetAddress.getByName(address))).isFalse();
    }
}
