package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.embedded.FreePort;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.config.ConfigException;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behind a load balancer that says by PROXY header whose connection it is. */
@Timeout(60)
class ProxyProtocolIT {
    private static final TestCa CA = new TestCa("proxy");
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    private static final byte[] PROXIED = "PROXY TCP4 203.0.113.7 127.0.0.1 40000 1883\r\n".getBytes(US_ASCII);

    @TempDir
    private static Path directory;

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail sessions;

    @BeforeAll
    static void start() {
        CA.issueForGateway("proxied").writeTo(directory);
        rig = new GatewayRig();
        gateway = rig.start(
                0,
                "mqtt.proxy-protocol-from",
                "10.0.0.0/8,127.0.0.1",
                "http.proxy-protocol-from",
                "127.0.0.1",
                "mqtt.tls.certificate",
                directory.resolve("tls.crt").toString(),
                "mqtt.tls.key",
                directory.resolve("tls.key").toString());
        sessions = rig.tail(rig.topics.deviceSessions());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        rig.close();
    }

    private static byte[] version2(int command, int family, byte[] rest) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(header);
        out.write(SIGNATURE);
        out.write(0x20 | command);
        out.write(family);
        out.writeShort(rest.length);
        out.write(rest);
        return header.toByteArray();
    }

    private static byte[] connect(String id) throws IOException {
        return RawClient.connect(id, id, "pw-" + id);
    }

    /** The address that the device's session was opened from. */
    private static String openedFrom(String device) {
        var record = sessions.await(r ->
                device.equals(Tail.key(r)) && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Opened);
        return ((SessionEvent.Opened) Json.read(record.value(), SessionEvent.class)).address();
    }

    private static String connectedFrom(String device, byte[] header) throws IOException {
        rig.register(device);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(header, connect(device));
            assertThat(client.next()).isEqualTo("20 00 00");
        }
        return openedFrom(device);
    }

    @Test
    void theSessionIsOpenedFromWhereTheHeaderSays() throws IOException {
        assertThat(connectedFrom("px-1", PROXIED)).isEqualTo("203.0.113.7");
        byte[] ipv6 = new byte[36];
        ipv6[0] = 0x20;
        ipv6[1] = 1;
        ipv6[15] = 9;
        assertThat(InetAddress.getByName(connectedFrom("px-2", version2(1, 0x21, ipv6))))
                .isEqualTo(InetAddress.getByName("2001::9"));
    }

    @Test
    void theBalancersOwnConnectionsKeepItsAddress() throws IOException {
        assertThat(connectedFrom("px-local", version2(0, 0, new byte[0]))).isEqualTo("127.0.0.1");
        assertThat(connectedFrom("px-unknown", "PROXY UNKNOWN\r\n".getBytes(US_ASCII)))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void withoutAHeaderOrWithABrokenOneTheConnectionEnds() throws IOException {
        byte[] datagrams = version2(1, 0x12, new byte[12]);
        byte[] huge = version2(1, 0x11, new byte[5_000]);
        for (byte[] bytes : new byte[][] {
            "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII),
            "PROXY TCP4 300.1.1.1 127.0.0.1 1 1\r\n".getBytes(US_ASCII),
            "PROXY TCP4 1.1.1.1 127.0.0.1 1 70000\r\n".getBytes(US_ASCII),
            new byte[200],
            datagrams,
            huge
        }) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.send(bytes);
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void nobodyElseMayConnect() throws IOException {
        double refused = gateway.count("gateway.proxy.refused");
        try (Socket stranger = new Socket("127.0.0.1", gateway.port(), InetAddress.getByName("127.0.0.2"), 0)) {
            stranger.setSoTimeout(30_000);
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
        await().until(() -> gateway.count("gateway.proxy.refused") > refused);
    }

    @Test
    void theHeaderLiesBelowTls() throws IOException {
        rig.register("px-tls");
        try (Socket plain = new Socket("127.0.0.1", gateway.gateway().port(Way.MQTT_TLS))) {
            plain.getOutputStream().write(PROXIED);
            SSLSocket tls = (SSLSocket) CA.context().getSocketFactory().createSocket(plain, "127.0.0.1", 8883, true);
            tls.getOutputStream().write(connect("px-tls"));
            assertThat(tls.getInputStream().readNBytes(4)).isEqualTo(new byte[] {0x20, 2, 0, 0});
        }
        assertThat(openedFrom("px-tls")).isEqualTo("203.0.113.7");
    }

    @Test
    void deviceHttpHasOneToo() throws IOException {
        byte[] request =
                "GET /devices/px-http/config HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);
        try (RawClient proxied = new RawClient(gateway.gateway().httpPort());
                RawClient direct = new RawClient(gateway.gateway().httpPort())) {
            proxied.send(PROXIED, request);
            assertThat(proxied.readLine()).startsWith("HTTP/1.1 401");
            direct.send(request);
            assertThat(direct.readLine()).isEmpty();
        }
    }

    @Test
    void whatIsNoAddressIsToldAtStart() {
        Assertions.assertThatThrownBy(() -> rig.start(1, "mqtt.proxy-protocol-from", "balancer"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mqtt.proxy-protocol-from")
                .hasMessageContaining("balancer is no address or range");
    }

    /** HAProxy itself, which passes TLS through. */
    @Test
    void haproxyIsUnderstood() throws Exception {
        Path haproxy = Path.of("/usr/sbin/haproxy");
        assumeTrue(Files.isExecutable(haproxy), "no haproxy on this machine");
        rig.register("px-ha");
        int port = FreePort.find();
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                listen mqtts
                  bind 127.0.0.1:%d
                  server gateway 127.0.0.1:%d send-proxy-v2
                """.formatted(
                        port, gateway.gateway().port(Way.MQTT_TLS)));
        Process process = new ProcessBuilder(haproxy.toString(), "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().ignoreExceptions().until(() -> {
                new Socket("127.0.0.1", port).close();
                return true;
            });
            // From another of the loopback's addresses, to be told from HAProxy's own.
            try (Socket plain = new Socket("127.0.0.1", port, InetAddress.getByName("127.0.0.3"), 0)) {
                SSLSocket tls =
                        (SSLSocket) CA.context().getSocketFactory().createSocket(plain, "127.0.0.1", 8883, true);
                tls.getOutputStream().write(connect("px-ha"));
                assertThat(tls.getInputStream().readNBytes(4)).isEqualTo(new byte[] {0x20, 2, 0, 0});
            }
            assertThat(openedFrom("px-ha")).isEqualTo("127.0.0.3");
        } finally {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
