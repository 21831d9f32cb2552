package io.millrace.gateway.psk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.FailureLimit;
import io.millrace.gateway.identity.FleetIssuers;
import io.millrace.gateway.transport.Handshakes;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.PskMaster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A board's TLS-PSK and ours, byte by byte in memory. */
class PskHandlerTest {
    private static final PskMaster MASTER = PskMaster.parse("11".repeat(32));
    private static final DeviceId BOARD = new DeviceId("board");
    private static final int SUITE = CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256;

    private static final FailureLimit.Rate MANY = new FailureLimit.Rate(1_000_000, Duration.ofMillis(1));
    private static final FailureLimit FAILURES = new FailureLimit(MANY, MANY, System::nanoTime);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = new GatewayMetrics(registry);
    private final DeviceTable devices =
            new DeviceTable(new FleetIssuers(Optional.empty(), metrics, () -> {}), id -> {}, id -> {});
    private EmbeddedChannel ours = new EmbeddedChannel();
    private TlsClientProtocol client = new TlsClientProtocol();
    private Optional<DecoderException> failure = Optional.empty();

    @BeforeEach
    void registered() {
        enter("board", true, OptionalInt.of(7));
        enter("disabled", false, OptionalInt.of(7));
        enter("without", true, OptionalInt.empty());
    }

    private void enter(String id, boolean enabled, OptionalInt generation) {
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                generation,
                enabled,
                1,
                Instant.EPOCH);
        devices.accept(new ConsumerRecord<>("r", 0, 0, new DeviceId(id).key(), Json.write(record)));
    }

    private void listen() {
        failure = Optional.empty();
        ours = new EmbeddedChannel();
        PskConfig config = new PskConfig(0, Duration.ofSeconds(10));
        new PskLayer(new PskKeys(devices, MASTER), config, new Handshakes(FAILURES, 100_000, 100, metrics))
                .putInto(ours.pipeline());
    }

    private void connect(String identity, byte[] key, int... suites) throws IOException {
        connect(PskClient.client(identity, key, suites));
    }

    private void connect(PSKTlsClient board) throws IOException {
        listen();
        client = new TlsClientProtocol();
        client.connect(board);
        exchange();
    }

    private boolean agreesOn(int[] groups, int... suites) throws IOException {
        try {
            connect(PskClient.client("board", MASTER.key(BOARD, 7), groups, suites));
        } catch (TlsFatalAlertReceived refused) {
            return false;
        }
        return client.isConnected();
    }

    @Test
    void weakCurvesAreNotNegotiated() throws IOException {
        int ecdhe = CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256;
        int[] weak = {NamedGroup.sect571r1, NamedGroup.secp160r1, NamedGroup.secp192r1};
        int[] weakFirst = {NamedGroup.secp160r1, NamedGroup.secp256r1};
        assertThat(agreesOn(weak, ecdhe)).isFalse();
        assertThat(agreesOn(weakFirst, ecdhe)).isTrue();
        assertThat(agreesOn(new int[] {NamedGroup.x25519}, ecdhe)).isTrue();
        // The key alone is still good.
        assertThat(agreesOn(weak, ecdhe, SUITE)).isTrue();
    }

    private void exchange() throws IOException {
        boolean moved = true;
        while (moved) {
            moved = false;
            byte[] fromClient = new byte[client.getAvailableOutputBytes()];
            if (fromClient.length > 0) {
                moved = true;
                var unused = client.readOutput(fromClient, 0, fromClient.length);
                read(fromClient);
            }
            byte[] fromUs = sent();
            if (fromUs.length > 0 && !client.isClosed()) {
                moved = true;
                client.offerInput(fromUs);
            }
        }
    }

    private void read(byte[] bytes) {
        if (!ours.isOpen()) {
            return;
        }
        try {
            var unused = ours.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (DecoderException e) {
            failure = Optional.of(e);
        }
    }

    /** What we have sent. */
    private byte[] sent() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuf out = ours.readOutbound(); out != null; out = ours.readOutbound()) {
            byte[] part = new byte[out.readableBytes()];
            out.readBytes(part).release();
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf in = ours.readInbound(); in != null; in = ours.readInbound()) {
            text.append(in.toString(UTF_8));
            in.release();
        }
        return text.toString();
    }

    private void say(String text) throws IOException {
        client.writeApplicationData(text.getBytes(UTF_8), 0, text.length());
        exchange();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384,
                CipherSuite.TLS_PSK_WITH_AES_128_CCM,
                CipherSuite.TLS_PSK_WITH_AES_256_CCM,
                CipherSuite.TLS_PSK_WITH_CHACHA20_POLY1305_SHA256,
                CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256
            })
    void aKeyOpensAndSaysWhoseItIs(int suite) throws IOException {
        connect("board", MASTER.key(BOARD, 7), suite);
        assertThat(PskPeer.of(ours)).contains(new PskPeer(BOARD, 7));
        say("up");
        assertThat(received()).isEqualTo("up");
        var unused = ours.writeOutbound(Unpooled.wrappedBuffer(new byte[9_000]));
        exchange();
        assertThat(client.getAvailableInputBytes()).isEqualTo(9_000);
        client.close();
        exchange();
        assertThat(ours.isOpen()).isFalse();
    }

    @Test
    void weSayGoodbye() throws IOException {
        connect("board", MASTER.key(BOARD, 7), SUITE);
        var unused = ours.close();
        exchange();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void whoIsUnknownFailsLikeAWrongKey() throws IOException {
        byte[] right = MASTER.key(BOARD, 7);
        List<String> failures = new ArrayList<>();
        for (String identity : List.of("board", "nobody", "disabled", "without", "no device's", "x".repeat(300))) {
            byte[] key = identity.equals("board") ? MASTER.key(BOARD, 6) : right;
            try {
                connect(identity, key, SUITE);
                failures.add("none");
            } catch (TlsFatalAlertReceived e) {
                failures.add(Short.toString(e.getAlertDescription()));
            }
            assertThat(ours.isOpen()).isFalse();
            assertThat(PskPeer.of(ours)).isEmpty();
            assertThat(failure).isPresent();
        }
        assertThat(failures).containsOnly(failures.get(0)).doesNotContain("none");
    }

    @Test
    void weakOrCertificateSuitesAreNotSpoken() {
        for (int suite : new int[] {
            CipherSuite.TLS_PSK_WITH_NULL_SHA256,
            CipherSuite.TLS_PSK_WITH_AES_128_CBC_SHA,
            CipherSuite.TLS_PSK_WITH_3DES_EDE_CBC_SHA
        }) {
            try {
                connect("board", MASTER.key(BOARD, 7), suite);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(TlsFatalAlertReceived.class);
            }
            assertThat(ours.isOpen()).isFalse();
        }
    }

    /** Handshakes of a right client, each spoilt at some places, cut, or with bytes put in. */
    @Test
    void spoiltHandshakesEndTheirConnectionAndNothingElse() {
        Random random = new Random(42);
        int right = 0;
        for (int i = 0; i < 2_000; i++) {
            listen();
            client = new TlsClientProtocol();
            try {
                client.connect(PskClient.client("board", MASTER.key(BOARD, 7), SUITE));
                for (int turn = 0; turn < 6 && ours.isOpen(); turn++) {
                    byte[] bytes = new byte[client.getAvailableOutputBytes()];
                    var unused = client.readOutput(bytes, 0, bytes.length);
                    read(turn == i % 2 ? spoil(bytes, random) : bytes);
                    client.offerInput(sent());
                }
            } catch (IOException e) {
                // The client has noticed.
                assertThat(PskPeer.of(ours)).isEmpty();
            }
            failure.ifPresent(e -> assertThat(e).hasCauseInstanceOf(IOException.class));
            if (PskPeer.of(ours).isPresent()) {
                right++;
            }
            var unused = ours.finishAndReleaseAll();
        }
        // Bytes that were put in may be another client's random number, and change nothing then.
        assertThat(right).isLessThan(200);
    }

    private static byte[] spoil(byte[] bytes, Random random) {
        byte[] spoilt = bytes.clone();
        switch (random.nextInt(3)) {
            case 0 -> {
                for (int i = 0; i <= random.nextInt(4) && spoilt.length > 0; i++) {
                    spoilt[random.nextInt(spoilt.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> spoilt = Arrays.copyOf(spoilt, random.nextInt(spoilt.length + 1));
            default -> random.nextBytes(spoilt);
        }
        return spoilt;
    }

    @Test
    void aSilentClientIsLeft() {
        listen();
        ours.advanceTimeBy(11, TimeUnit.SECONDS);
        ours.runScheduledPendingTasks();
        assertThat(ours.isOpen()).isFalse();
        assertThat(registry.get("gateway.tls.handshakes")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
