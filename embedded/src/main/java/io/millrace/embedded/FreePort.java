package io.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * For what has to be told its port before it listens, or comes back to the same one. Below the ports that systems give away by
 * themselves, so that nobody who asks for any port, or connects from one, takes it meanwhile.
 */
public final class FreePort {
    private static final int FIRST = 10_240;
    private static final int LAST = 32_767;
    private static final int TRIES = 100;

    private FreePort() {}

    /**
     * On loopback, any thread.
     *
     * @throws IOException if there is none
     */
    public static int find() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + LAST);
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (java.net.BindException e) {
            return false;
        }
    }
}
