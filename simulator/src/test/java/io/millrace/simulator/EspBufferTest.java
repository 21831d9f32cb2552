package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspBufferTest {
    private final List<String> seen = new ArrayList<>();
    private final EspBuffer buffer = new EspBuffer(new EspBuffer.Reader() {
        @Override
        public void packet(int first, ByteBuf rest) {
            seen.add("packet " + Integer.toHexString(first) + " of " + rest.readableBytes());
        }

        @Override
        public void firstPiece(int first, ByteBuf rest) {
            seen.add("first piece of " + rest.readableBytes());
        }

        @Override
        public void lastPiece() {
            seen.add("last piece");
        }

        @Override
        public void unreadable(ConnectionEnd why) {
            seen.add(why.name());
        }
    });

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1023, 5000})
    void packetsAreTheSameInWhateverPiecesTheyArrive(int piece) {
        ByteBuf all = Unpooled.buffer();
        all.writeBytes(new byte[] {0x20, 2, 0, 0});
        publish(all, 100);
        publish(all, EspBuffer.BYTES - 3);
        all.writeBytes(new byte[] {(byte) 0xD0, 0});
        publish(all, EspBuffer.BYTES - 2);
        all.writeBytes(new byte[] {0x40, 2, 0, 1});
        while (all.isReadable()) {
            buffer.read(all.readSlice(Math.min(piece, all.readableBytes())));
        }

        assertThat(seen)
                .containsExactly(
                        "packet 20 of 2",
                        "packet 32 of 100",
                        "packet 32 of 1021",
                        "packet d0 of 0",
                        "first piece of 1021",
                        "last piece",
                        "packet 40 of 2");
    }

    @Test
    void otherPacketThatDoesNotFitEndsTheConnection() {
        ByteBuf suback = Unpooled.buffer().writeByte(0x90).writeByte(0x80).writeByte(0x08);
        buffer.read(suback.writeZero(500));
        assertThat(seen).containsExactly("TOO_LARGE");
    }

    @Test
    void bytesThatAreNoMqttEndTheConnection() {
        buffer.read(Unpooled.wrappedBuffer(new byte[] {0x30, -1, -1, -1, -1, 1}));
        assertThat(seen).containsExactly("NO_MQTT");
    }

    private static void publish(ByteBuf into, int length) {
        into.writeByte(0x32);
        if (length >= 128) {
            into.writeByte(length % 128 | 0x80).writeByte(length / 128);
        } else {
            into.writeByte(length);
        }
        into.writeZero(length);
    }
}
