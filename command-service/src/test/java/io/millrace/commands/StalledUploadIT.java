package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads of which nothing more comes do not keep others waiting for ever. */
@Timeout(60)
class StalledUploadIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** For imports, in each service. */
    private static final int PLACES = 2;

    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("http.idle-timeout", "2s"));
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void whoSendsPartsOfALineOrNothingLosesHisPlace() throws Exception {
        Deque<Socket> stalled = new ArrayDeque<>();
        try {
            await().atMost(SOON).until(() -> {
                // One that met the import of the round before found no place.
                leaveAnswered(stalled);
                while (stalled.size() < PLACES) {
                    stalled.push(upload());
                }
                return importOne() == 429;
            });
            await().atMost(SOON).until(() -> {
                drip(stalled.element());
                return importOne() == 200;
            });
            InputStream answer = stalled.element().getInputStream();
            await().atMost(SOON).until(() -> {
                drip(stalled.element());
                return answer.available() > 0;
            });
            assertThat(answer.readNBytes("HTTP/1.1 408".length()))
                    .asString(UTF_8)
                    .isEqualTo("HTTP/1.1 408");
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
        assertThat(fleet.call("GET", "/devices/imported").status()).isEqualTo(200);
    }

    private static void leaveAnswered(Deque<Socket> uploads) throws IOException {
        for (Socket socket : List.copyOf(uploads)) {
            if (socket.getInputStream().available() > 0) {
                uploads.remove(socket);
                socket.close();
            }
        }
    }

    /** A byte of a line, unless the connection is over. */
    private static void drip(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
        }
    }

    /** One that has begun and does not go on. */
    private static Socket upload() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), fleet.service().httpPort());
        socket.getOutputStream()
                .write(String.join(
                                "\r\n",
                                List.of(
                                        "POST /api/v1/devices/import HTTP/1.1",
                                        "Host: localhost",
                                        "Content-Type: application/x-ndjson",
                                        "Content-Length: 100000",
                                        "Authorization: Bearer " + fleet.key(),
                                        "",
                                        "{\"id\":"))
                        .getBytes(UTF_8));
        return socket;
    }

    private static int importOne() {
        return fleet.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                + fleet.service().httpPort() + "/api/v1/devices/import?onConflict=skip"))
                        .header("Authorization", "Bearer " + fleet.key())
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"imported\"}\n"))
                        .build())
                .status();
    }
}
