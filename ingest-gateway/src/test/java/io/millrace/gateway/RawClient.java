package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HexFormat;

/** MQTT 3.1.1 byte by byte, for what a well-behaved library does not do. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        in = new DataInputStream(socket.getInputStream());
    }

    static byte[] connect(String clientId, String user, String password) throws IOException {
        return connect(clientId, user, password, true);
    }

    static byte[] connect(String clientId, String user, String password, boolean cleanSession) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF("MQTT");
        out.write(4);
        out.write(cleanSession ? 0b1100_0010 : 0b1100_0000);
        out.writeShort(60);
        out.writeUTF(clientId);
        out.writeUTF(user);
        out.writeUTF(password);
        return packet(0x10, body.toByteArray());
    }

    static byte[] publish(String topic, String payload, int qos, int packetId, boolean dup) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF(topic);
        if (qos > 0) {
            out.writeShort(packetId);
        }
        out.write(payload.getBytes(UTF_8));
        return packet(0x30 | (dup ? 8 : 0) | qos << 1, body.toByteArray());
    }

    static byte[] subscribe(String filter, int qos) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeShort(1);
        out.writeUTF(filter);
        out.write(qos);
        return packet(0x82, body.toByteArray());
    }

    static byte[] release(int packetId) throws IOException {
        return packet(0x62, new byte[] {(byte) (packetId >> 8), (byte) packetId});
    }

    static byte[] received(int packetId) throws IOException {
        return packet(0x50, new byte[] {(byte) (packetId >> 8), (byte) packetId});
    }

    static byte[] completed(int packetId) throws IOException {
        return packet(0x70, new byte[] {(byte) (packetId >> 8), (byte) packetId});
    }

    /** Bytes as {@link #next} gives them. */
    static byte[] hex(String text) {
        return HexFormat.ofDelimiter(" ").parseHex(text);
    }

    private static byte[] packet(int type, byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(type);
        int length = body.length;
        do {
            int digit = length & 0x7f;
            length >>= 7;
            out.write(length > 0 ? digit | 0x80 : digit);
        } while (length > 0);
        out.write(body);
        return out.toByteArray();
    }

    /** All packets in one write. */
    void send(byte[]... packets) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            all.write(packet);
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    /** The next short packet as hexadecimal digits, {@code end} at the end of the stream. */
    String next() throws IOException {
        int type = in.read();
        if (type < 0) {
            return "end";
        }
        byte[] body = in.readNBytes(in.read());
        StringBuilder text = new StringBuilder(String.format("%02x", type));
        for (byte b : body) {
            text.append(String.format(" %02x", b));
        }
        return text.toString();
    }

    /** For a server that answers in lines of text. */
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Whether the server ends the connection, whatever it says before. */
    boolean isClosedByServer() throws IOException {
        try {
            while (in.read() >= 0) {
                // Alerts, or the end of an HTTP answer.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Whether nothing comes for that time. */
    boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            int unexpected = in.read();
            throw new AssertionError("not silent: " + unexpected);
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(30_000);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
