package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The normative statements of MQTT that concern a server with a topic space like ours: {@code mqtt-conformance.txt}. */
@Timeout(60)
class ConformanceIT {
    private static final String GOOD_CONNECT = "10['MQTT' @ c2 003c _ '%' '%' 'pw-%']";
    private static final HexFormat HEX = HexFormat.of();

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    /** One line of the table; its device is its own. */
    record Statement(String id, int version, String clause, String what, List<String> steps) {
        @Override
        public String toString() {
            return "[" + clause + "] " + (version == 5 ? "5" : "3.1.1") + ": " + what;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        rig = new GatewayRig();
        gateway = rig.start(0, "mqtt.receive-maximum", "4");
        rig.register(statements().map(Statement::id).toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        await().until(() -> gateway.gauge("gateway.sessions") == 0);
        rig.close();
    }

    static Stream<Statement> statements() throws IOException {
        List<Statement> statements = new ArrayList<>();
        try (InputStream in = ConformanceIT.class.getResourceAsStream("/mqtt-conformance.txt")) {
            String table = new String(in.readAllBytes(), UTF_8);
            for (String line : table.split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    List<String> parts = Arrays.asList(line.split(" ; ", -1));
                    for (int version : parts.get(0).equals("*") ? new int[] {4, 5} : versions(parts.get(0))) {
                        statements.add(new Statement(
                                "conf-" + statements.size(),
                                version,
                                parts.get(1),
                                parts.get(2),
                                parts.subList(3, parts.size())));
                    }
                }
            }
        }
        return statements.stream();
    }

    private static int[] versions(String version) {
        return new int[] {version.equals("5") ? 5 : 4};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("statements")
    void holds(Statement statement) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            for (String step : statement.steps()) {
                if (step.equals("connect")) {
                    step(socket, statement, "> " + GOOD_CONNECT);
                    step(socket, statement, "< connack ok");
                } else {
                    step(socket, statement, step);
                }
            }
        }
    }

    private static void step(Socket socket, Statement statement, String step) throws IOException {
        String what = step.substring(2);
        if (step.startsWith("> ")) {
            socket.getOutputStream().write(Wire.bytes(what, statement.version(), statement.id()));
            return;
        }
        String packet = HEX.formatHex(read(socket));
        assertThat(packet.length())
                .as("digits of a packet that fits an ESP32's buffer")
                .isLessThan(400);
        if (what.equals("close")) {
            assertThat(packet).isEmpty();
        } else if (what.startsWith("connack ok")) {
            assertThat(packet).matches("20....00.*");
            for (String part : what.substring(10).strip().split(" ", -1)) {
                assertThat(packet).contains(hex(part, statement));
            }
        } else if (what.startsWith("connack ") || what.startsWith("disconnect ")) {
            ended(socket, packet, what, statement.version());
        } else if (what.endsWith("...")) {
            assertThat(packet).startsWith(what.substring(0, what.length() - 3).replaceAll("[\\[ ]", ""));
        } else {
            assertThat(Stream.of(what.split(" \\| ", -1)).map(one -> hex(one, statement)))
                    .contains(packet);
        }
    }

    private static void ended(Socket socket, String packet, String what, int version) throws IOException {
        if (version == 4) {
            assertThat(packet).isEmpty();
            return;
        }
        String code = what.substring(what.length() - 2);
        assertThat(packet).matches(what.startsWith("connack ") ? "20..00" + code + ".*" : "e0.." + code + ".*");
        assertThat(read(socket)).isEmpty();
    }

    private static String hex(String notation, Statement statement) {
        return HEX.formatHex(Wire.bytes(notation, statement.version(), statement.id()));
    }

    /** The next packet, none at the end. */
    private static byte[] read(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        try {
            int type = in.read();
            if (type < 0) {
                return new byte[0];
            }
            int length = in.readUnsignedByte();
            packet.write(type);
            packet.write(length);
            assertThat(length).as("one digit of length").isLessThan(128);
            packet.write(in.readNBytes(length));
        } catch (SocketException e) {
            // Closed with bytes of ours unread.
            return new byte[0];
        }
        return packet.toByteArray();
    }
}
