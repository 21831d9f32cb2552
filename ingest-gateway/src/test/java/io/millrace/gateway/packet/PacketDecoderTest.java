package io.millrace.gateway.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each packet is given in hexadecimal digits, with what the decoder says of it: the reason code, or "ok". */
class PacketDecoderTest {
    private static final String CONNECT_3 = "100d 00044d515454 04 02 003c 000161";
    private static final String CONNECT_5 = "100e 00044d515454 05 02 003c 00 000161";
    private static final HexFormat HEX = HexFormat.of();

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new PacketDecoder(new PacketLimits(1_000, 2_000, 3, Duration.ofSeconds(10))));

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HEX.parseHex(hex.replace(" ", "")));
    }

    private MqttMessage send(String hex) {
        var unused = channel.writeInbound(bytes(hex));
        MqttMessage message = channel.readInbound();
        assertThat(message).as("a packet for " + hex).isNotNull();
        return message;
    }

    private String verdict(String hex) {
        MqttMessage message = send(hex);
        if (message.decoderResult().isSuccess()) {
            return "ok";
        }
        assertThat(message.decoderResult().cause()).isInstanceOf(ProtocolError.class);
        ProtocolError error = (ProtocolError) message.decoderResult().cause();
        assertThat(error).hasMessageMatching(".{5,100}");
        return String.format("%02x", error.code().value());
    }

    @ParameterizedTest
    @CsvSource({
        // Version, flags and fields of CONNECT.
        "ok, 100d 00044d515454 04 02 003c 000161",
        "ok, 100c 00044d515454 04 02 003c 0000",
        "ok, 100c 00044d515454 04 00 003c 0000",
        "81, 100d 00044d515455 04 02 003c 000161",
        "81, 100d 00044d515454 04 03 003c 000161",
        "81, 100d 00044d515454 04 0a 003c 000161",
        "81, 100d 00044d515454 04 22 003c 000161",
        "81, 1013 00044d515454 04 1e 003c 000161 000174 000177",
        "ok, 1013 00044d515454 04 36 003c 000161 000174 000177",
        "81, 1013 00044d515454 04 06 003c 000161 000123 000177",
        "81, 1012 00044d515454 04 06 003c 000161 0000 000177",
        "81, 1010 00044d515454 04 42 003c 000161 000170",
        "ok, 1010 00044d515454 04 82 003c 000161 000175",
        "ok, 1013 00044d515454 04 c2 003c 000161 000175 000170",
        "81, 100e 00044d515454 04 02 003c 000161 00",
        "81, 100c 00044d515454 04 02 003c 000161",
        "81, 100d 00044d515454 04 02 003c 000100",
        "81, 100d 00044d515454 04 02 003c 0001ff",
        "81, 100f 00044d515454 04 02 003c 0003eda080",
        "ok, 100f 00044d515454 04 02 003c 0003efbfbd",
        // MQTT 5.
        "ok, 1011 00044d515454 05 42 003c 00 000161 000170",
        "ok, 1011 00044d515454 05 82 003c 00 000161 000175",
        "82, 1011 00044d515454 05 02 003c 03 210000 000161",
        "82, 1013 00044d515454 05 02 003c 05 2700000000 000161",
        "82, 1014 00044d515454 05 02 003c 06 210001210001 000161",
        "82, 1011 00044d515454 05 02 003c 03 230001 000161",
        "81, 1011 00044d515454 05 02 003c 03 140001 000161",
        "82, 1010 00044d515454 05 02 003c 02 1702 000161",
        "ok, 1010 00044d515454 05 02 003c 02 1700 000161",
        "82, 1012 00044d515454 05 02 003c 04 16000178 000161",
        "ok, 1016 00044d515454 05 02 003c 08 15000178 16000178 000161",
        "ok, 101c 00044d515454 05 02 003c 0e 26000161000162 26000161000162 000161",
        "81, 100e 00044d515454 05 02 003c 05 000161",
        "81, 100f 00044d515454 05 02 003c 8000 000161",
        "82, 1017 00044d515454 05 06 003c 00 000161 02 0103 000174 000177",
        // What is no CONNECT, or not at all MQTT.
        "82, c000",
        "82, 3003 000174",
        "82, 474554202f",
        "81, 16030100",
        "81, 1200",
        "81, 10ffffffffff",
        "95, 10ffffff7f",
    })
    void whatMayComeFirst(String verdict, String packet) {
        assertThat(verdict(packet)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "82, 100d 00044d515454 04 02 003c 000161",
        // Fixed headers.
        "81, 0000",
        "81, f000",
        "82, 2002 0000",
        "82, 9003 000100",
        "82, b002 0001",
        "82, d000",
        "81, 4102 0001",
        "81, 6002 0001",
        "81, 8006 0001 000161 00",
        "81, c100",
        "81, c001 00",
        "81, e001 00",
        "81, 30ffffffff7f",
        "95, 30d50f",
        "95, 82ea07",
        // PUBLISH.
        "ok, 3003 000174",
        "ok, 308300 000174",
        "81, 3604 000174 01",
        "81, 3803 000174",
        "82, 3205 000174 0000",
        "81, 3204 000174 00",
        "81, 3002 0000",
        "81, 3003 000123",
        "81, 3003 00012b",
        "81, 3003 000100",
        "81, 3003 0001c3",
        "81, 3005 0003eda080",
        "81, 3002 0005",
        // Acknowledgements.
        "ok, 4002 0001",
        "ok, 5002 0001",
        "ok, 6202 0001",
        "ok, 7002 0001",
        "82, 4002 0000",
        "81, 4000",
        "81, 4003 000100",
        // SUBSCRIBE, UNSUBSCRIBE.
        "ok, 8206 0001 000161 01",
        "82, 8202 0001",
        "82, 8206 0000 000161 01",
        "82, 8206 0001 000161 03",
        "81, 8206 0001 000161 04",
        "81, 8205 0001 000161",
        "ok, a205 0001 000161",
        "82, a202 0001",
        "82, a205 0000 000161",
        "81, a205 0001 000261",
        "ok, c000",
        "ok, e000",
    })
    void whatMayFollowIn311(String verdict, String packet) {
        var connect = send(CONNECT_3);
        assertThat(connect).isInstanceOf(MqttConnectMessage.class);
        assertThat(verdict(packet)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "82, 100e 00044d515454 05 02 003c 00 000161",
        "82, f000",
        "82, f002 1800",
        // PUBLISH.
        "ok, 3004 000174 00",
        "81, 308400 000174 00",
        "82, 3003 0000 00",
        "ok, 3007 000174 03 230001",
        "ok, 3007 000174 03 230003",
        "94, 3007 000174 03 230000",
        "94, 3007 000174 03 230004",
        "82, 3006 0000 03 230001",
        "82, 300a 000174 06 230001230001",
        "82, 3006 000174 02 0b01",
        "82, 3009 000174 05 1100000001",
        "ok, 3006 000174 02 0101",
        "82, 3006 000174 02 0102",
        "81, 3008 000174 04 08000123",
        "ok, 3008 000174 04 08000174",
        "81, 3008 000174 04 0300ff78",
        "81, 3005 000174 01 03",
        // Acknowledgements.
        "ok, 4002 0001",
        "ok, 4003 000110",
        "ok, 4004 000187 00",
        "81, 4003 000192",
        "ok, 5003 000183",
        "ok, 6203 000192",
        "81, 6203 000187",
        "ok, 7003 000192",
        "82, 4006 000100 02 0101",
        // SUBSCRIBE, UNSUBSCRIBE.
        "ok, 8207 0001 00 000161 2d",
        "82, 8207 0001 00 000161 30",
        "81, 8207 0001 00 000161 40",
        "82, 8207 0001 00 000161 03",
        "82, 8210 0001 00 000a24736861 72652f612f62 04",
        "ok, 8210 0001 00 000a24736861 72652f612f62 00",
        "82, 8209 0001 02 0b00 000161 00",
        "82, 8203 0001 00",
        "82, a203 0001 00",
        // DISCONNECT.
        "ok, e000",
        "ok, e001 04",
        "ok, e002 00 00",
        "81, e001 8b",
        "81, e001 01",
        "82, e006 00 04 1c000173",
    })
    void whatMayFollowInMqtt5(String verdict, String packet) {
        var connect = send(CONNECT_5);
        assertThat(connect).isInstanceOf(MqttConnectMessage.class);
        assertThat(verdict(packet)).isEqualTo(verdict);
    }

    @Test
    void whatComesBehindAnErrorIsNotRead() {
        assertThat(verdict(CONNECT_3)).isEqualTo("ok");
        assertThat(verdict("0000 c000")).isEqualTo("81");
        assertThat(channel.writeInbound(bytes("c000"))).isFalse();
    }

    @Test
    void aPacketByteByByteIsTheSamePacket() {
        assertThat(verdict(CONNECT_5)).isEqualTo("ok");
        byte[] publish = HEX.parseHex("32090003612f620007007b7d".replace(" ", ""));
        publish[1] = (byte) (publish.length - 2);
        for (int i = 0; i < publish.length; i++) {
            boolean whole = channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {publish[i]}));
            assertThat(whole).isEqualTo(i == publish.length - 1);
        }
        MqttPublishMessage message = channel.readInbound();
        assertThat(message.variableHeader().topicName()).isEqualTo("a/b");
        assertThat(message.variableHeader().packetId()).isEqualTo(7);
        assertThat(message.payload().toString(java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{}");
    }

    @Test
    void anAliasStandsForTheTopicLastGiven() {
        assertThat(verdict(CONNECT_5)).isEqualTo("ok");
        assertThat(topic("3007 000174 03 230002")).isEqualTo("t");
        assertThat(topic("3006 0000 03 230002")).isEqualTo("t");
        assertThat(topic("3007 000175 03 230002")).isEqualTo("u");
        assertThat(topic("3006 0000 03 230002")).isEqualTo("u");
        assertThat(verdict("3006 0000 03 230001")).isEqualTo("82");
    }

    private String topic(String packet) {
        return ((MqttPublishMessage) send(packet)).variableHeader().topicName();
    }

    @Test
    void anMqtt5ConnectThatIsNotUnderstoodIsAnsweredByConnack() {
        assertThat(verdict("1011 00044d515454 05 02 003c 03 210000 000161")).isEqualTo("82");
        ByteBuf answer = channel.readOutbound();
        assertThat(HEX.formatHex(answer.array())).isEqualTo("2003008200");
        assertThat(verdictOfAnother("100d 00044d515454 04 03 003c 000161")).isNull();
    }

    /** What is written to a client of 3.1.1, which has no code for it. */
    private static Object verdictOfAnother(String packet) {
        EmbeddedChannel other =
                new EmbeddedChannel(new PacketDecoder(new PacketLimits(1_000, 2_000, 3, Duration.ofSeconds(10))));
        var unused = other.writeInbound(bytes(packet));
        return other.readOutbound();
    }

    @Test
    void versionsThatAreNotServedGoUpToBeRefused() {
        MqttConnectMessage mqtt31 = (MqttConnectMessage) send("100f 00064d51497364 70 03 02 003c 000161");
        assertThat(mqtt31.variableHeader().version()).isEqualTo(3);
    }

    @Test
    void userNameAndPasswordMayStandAlone() {
        MqttConnectMessage connect = (MqttConnectMessage) send("1011 00044d515454 05 42 003c 00 000161 000170");
        assertThat(connect.fixedHeader().messageType()).isEqualTo(MqttMessageType.CONNECT);
        assertThat(connect.payload().userName()).isNull();
        assertThat(connect.payload().passwordInBytes()).containsExactly('p');
    }

    @Test
    void connectMayNotBeWaitedForLongerThanThatHoweverSlowlyItComes() {
        channel.pipeline().addLast(new Failures());
        var unused = channel.writeInbound(bytes("100d00"));
        channel.advanceTimeBy(9, java.util.concurrent.TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.checkException();
        channel.advanceTimeBy(2, java.util.concurrent.TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.pipeline().get(Failures.class).failure).isInstanceOf(ProtocolError.class);
    }

    private static final class Failures extends io.netty.channel.ChannelInboundHandlerAdapter {
        private Throwable failure = new IllegalStateException("none");

        @Override
        public void exceptionCaught(io.netty.channel.ChannelHandlerContext context, Throwable cause) {
            failure = cause;
        }
    }
}
