package io.millrace.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Kafka tests get, with engines that are played: they never start or pull anything. */
class TestKafkaTest {
    private static final String OK = "HTTP/1.0 200 OK\r\n\r\nOK";
    private static final Supplier<ContainerEngine> NONE =
            () -> new ContainerEngine(Optional.empty(), "unix:///nowhere is not there");
    private static final Supplier<ContainerEngine> ONE =
            () -> new ContainerEngine(Optional.of("unix:///somewhere"), "unix:///somewhere");

    @TempDir
    Path home;

    @Test
    void withoutAnEngineItIsTheEmbeddedOneAndSaysWhereItLooked() {
        TestKafka.Choice choice = TestKafka.choose(Optional.empty(), NONE);

        assertThat(choice.container()).isFalse();
        assertThat(choice.why()).isEqualTo("no container engine: unix:///nowhere is not there");
    }

    @Test
    void withAnEngineItIsAContainer() {
        assertThat(TestKafka.choose(Optional.empty(), ONE).container()).isTrue();
        assertThat(TestKafka.choose(Optional.of("container"), ONE).container()).isTrue();
    }

    @Test
    void whoWantsTheEmbeddedOneGetsItAndNoEngineIsAsked() {
        assertThat(TestKafka.choose(Optional.of("embedded"), () -> {
                            throw new AssertionError("asked");
                        })
                        .container())
                .isFalse();
    }

    @Test
    void aContainerThatIsDemandedWithoutAnEngineIsAnErrorThatSaysSo() {
        assertThatThrownBy(() -> TestKafka.choose(Optional.of("container"), NONE))
                .hasMessage(
                        "-Dmillrace.test.kafka=container, but no container engine answers: unix:///nowhere is not there");
        assertThatThrownBy(() -> TestKafka.choose(Optional.of("docker"), NONE))
                .hasMessage("-Dmillrace.test.kafka=docker (expected container or embedded)");
    }

    @Test
    void theContainerIsOfTheVersionOfTheClients() {
        assertThat(TestKafka.IMAGE).endsWith(":" + AppInfoParser.getVersion());
    }

    @Test
    void anEngineBehindAPortIsFound() throws IOException {
        try (ServerSocket server = server(OK)) {
            assertThat(find("tcp://127.0.0.1:" + server.getLocalPort()).address())
                    .isPresent();
        }
    }

    @Test
    void anEngineBehindASocketInTheHomeDirectoryIsFound() throws IOException {
        Path socket = home.resolve("docker.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var unusedBound = server.bind(UnixDomainSocketAddress.of(socket));
            var answered = CompletableFuture.runAsync(() -> {
                try (SocketChannel client = server.accept()) {
                    // Who closes before he has read all breaks the connection off, answer and all.
                    ByteBuffer ping = ByteBuffer.allocate(ContainerEngine.PING.length);
                    while (ping.hasRemaining() && client.read(ping) >= 0) {}
                    var unused = client.write(ByteBuffer.wrap(OK.getBytes(US_ASCII)));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            ContainerEngine engine = ContainerEngine.find(Map.of("XDG_RUNTIME_DIR", home.toString()), home);

            assertThat(engine.address()).contains("unix://" + socket);
            assertThat(answered).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void aHostThatRefusesIsNone() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        ContainerEngine engine = find("tcp://127.0.0.1:" + port);

        assertThat(engine.address()).isEmpty();
        assertThat(engine.looked()).contains("tcp://127.0.0.1:" + port, "refused");
    }

    @Test
    void whatAnswersOtherwiseIsNone() throws IOException {
        try (ServerSocket server = server("HTTP/1.1 404 Not Found\r\n\r\n")) {
            assertThat(find("tcp://127.0.0.1:" + server.getLocalPort()).looked())
                    .endsWith("is no engine");
        }
    }

    /** It would otherwise hold up every build on such a machine. */
    @Test
    void aHostThatNeverAnswersIsNotWaitedForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(find("tcp://127.0.0.1:" + silent.getLocalPort()).looked())
                    .endsWith("does not answer");
        }
    }

    @Test
    void whatIsNoAddressIsToldAsSuch() {
        assertThat(find("npipe:////./pipe/docker_engine").looked()).contains("npipe", "expected unix://PATH");
        assertThat(find("unix:///no/such/socket").looked()).isEqualTo("unix:///no/such/socket is not there");
    }

    private ContainerEngine find(String host) {
        return ContainerEngine.find(Map.of("DOCKER_HOST", host), home);
    }

    private static ServerSocket server(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var answered = CompletableFuture.runAsync(() -> {
            try (Socket client = server.accept()) {
                var unused = client.getInputStream().readNBytes(ContainerEngine.PING.length);
                client.getOutputStream().write(answer.getBytes(US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(answered).isNotNull();
        return server;
    }
}
