package io.millrace.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket frame by frame, for what MQTT libraries do not do. */
final class RawWebSocket implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable WebSocket socket;

    /** @param subprotocol empty to offer none */
    static RawWebSocket connect(GatewayRig.Running gateway, String path, String subprotocol) {
        RawWebSocket raw = new RawWebSocket();
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!subprotocol.isEmpty()) {
            builder = builder.subprotocols(subprotocol);
        }
        raw.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + gateway.webSocketPort() + path), raw)
                .join();
        return raw;
    }

    String subprotocol() {
        return socket().getSubprotocol();
    }

    /** One message in as many frames as parts. */
    void send(byte[]... parts) {
        for (int i = 0; i < parts.length; i++) {
            var unused = socket().sendBinary(ByteBuffer.wrap(parts[i]), i == parts.length - 1)
                    .join();
        }
    }

    /** One message that the server may not want to the end. */
    CompletableFuture<WebSocket> trySend(byte[] message) {
        return socket().sendBinary(ByteBuffer.wrap(message), true);
    }

    void sendText(String text) {
        var unused = socket().sendText(text, true).join();
    }

    /** The next message as hexadecimal digits. */
    String next() throws InterruptedException {
        String next = messages.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /** The status that the server closes with. */
    CompletableFuture<Integer> closed() {
        return closed;
    }

    private WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not connected");
        }
        return socket;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            messages.add(hex(message.toByteArray()));
            message.reset();
        }
        from.request(1);
        return null;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(String.format("%02x ", b));
        }
        return text.toString().strip();
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    static byte[] join(byte[]... packets) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            all.write(packet);
        }
        return all.toByteArray();
    }
}
