package io.millrace.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Pages of one device that stand open: each a connection to {@code /live} that is listened to as the console does. */
final class LiveViewers implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<CompletableFuture<Void>> all = new ArrayList<>();
    private final LongAdder events = new LongAdder();
    private volatile boolean open = true;

    private LiveViewers() {}

    static LiveViewers open(int port, String key, String device, int many) throws InterruptedException, IOException {
        LiveViewers viewers = new LiveViewers();
        CountDownLatch listening = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            viewers.listen(port, key, device, listening);
        }
        if (!listening.await(30, TimeUnit.SECONDS)) {
            throw new IOException(listening.getCount() + " of " + many + " viewers are not listening");
        }
        return viewers;
    }

    private void listen(int port, String key, String device, CountDownLatch listening) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                        + "/api/v1/live?event=alert&event=command&event=presence&event=telemetry&device=" + device))
                .header("Authorization", "Bearer " + key)
                .build();
        all.add(client.sendAsync(request, BodyHandlers.ofLines())
                .thenAcceptAsync(response -> hear(response.body(), listening), threads));
    }

    /** Leaves with the next line after {@link #close}. */
    private void hear(Stream<String> body, CountDownLatch listening) {
        try (Stream<String> lines = body) {
            lines.takeWhile(line -> open).forEach(line -> {
                if (line.startsWith(": listening")) {
                    listening.countDown();
                } else if (line.startsWith("event: ")) {
                    events.increment();
                }
            });
        }
    }

    long events() {
        return events.sum();
    }

    /** Waits until all have left. */
    @Override
    public void close() {
        open = false;
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        threads.shutdown();
    }
}
