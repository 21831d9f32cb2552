package io.millrace.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many devices on one event loop that publish with QoS 1 as fast as they are answered, each with a window of unanswered messages,
 * and that know what was acknowledged. Readings are numbered: {@code {"n":17,…}}.
 */
final class Fleet implements AutoCloseable {
    private static final int PACKET_IDS = 60_000;

    final LongAdder acknowledged = new LongAdder();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger outOfOrder = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<Board> boards = new ArrayList<>();
    private final int window;
    private final String fill;
    private volatile boolean publishing = true;
    private volatile boolean closing;

    /** One device; the fleet's event loop only, except for {@link #answered}. */
    final class Board {
        final String id;
        private final String topic;
        private final byte[] packet = new byte[4];
        private int read;
        private int sent;
        private volatile int answered;

        private Board(String id) {
            this.id = id;
            this.topic = "devices/" + id + "/telemetry";
        }

        /** So many of its readings, 0, 1, 2, …, have been acknowledged. */
        int answered() {
            return answered;
        }

        private void connected(NetSocket socket) {
            socket.handler(bytes -> arrived(socket, bytes)).closeHandler(v -> {
                if (!closing) {
                    closed.incrementAndGet();
                }
            });
            var unused = socket.write(packet(() -> RawClient.connect(id, id, "pw-" + id)));
            var unusedToo = vertx.setPeriodic(15_000, t -> socket.write(Buffer.buffer(new byte[] {(byte) 0xc0, 0})));
        }

        /** The server sends packets of four bytes, and PINGRESP of two. */
        private void arrived(NetSocket socket, Buffer bytes) {
            Buffer toSend = Buffer.buffer();
            for (int i = 0; i < bytes.length(); i++) {
                packet[read++] = bytes.getByte(i);
                if (read == 2 && packet[1] == 0) {
                    read = 0;
                } else if (read == 4) {
                    read = 0;
                    if (packet[0] == 0x40) {
                        answered(Byte.toUnsignedInt(packet[2]) << 8 | Byte.toUnsignedInt(packet[3]));
                    } else if (packet[0] == 0x20 && packet[3] == 0) {
                        connected.incrementAndGet();
                    }
                }
            }
            while (publishing && sent - answered < window) {
                int n = sent++;
                toSend.appendBuffer(packet(() -> RawClient.publish(
                        topic, "{\"n\":" + n + ",\"fill\":\"" + fill + "\"}", 1, 1 + n % PACKET_IDS, false)));
            }
            if (toSend.length() > 0) {
                var unused = socket.write(toSend);
            }
        }

        private void answered(int packetId) {
            if (packetId != 1 + answered % PACKET_IDS) {
                outOfOrder.incrementAndGet();
            }
            answered = answered + 1;
            acknowledged.increment();
        }
    }

    private interface Packet {
        byte[] bytes() throws IOException;
    }

    private static Buffer packet(Packet packet) {
        try {
            return Buffer.buffer(packet.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param payload in bytes, roughly */
    Fleet(int port, List<String> ids, int window, int payload) throws Exception {
        this.window = window;
        this.fill = "x".repeat(payload);
        var client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        for (String id : ids) {
            Board board = new Board(id);
            boards.add(board);
            NetSocket socket = client.connect(port, "127.0.0.1")
                    .onSuccess(board::connected)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            if (socket.remoteAddress() == null) {
                closed.incrementAndGet();
            }
        }
    }

    List<Board> boards() {
        return boards;
    }

    /** What is unanswered still gets its answer. */
    void stopPublishing() {
        publishing = false;
    }

    @Override
    public void close() {
        closing = true;
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
