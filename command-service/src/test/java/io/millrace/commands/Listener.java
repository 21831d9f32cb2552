package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads {@code GET /live} as a program does, line by line. */
final class Listener implements AutoCloseable {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Stream<String> lines;
    private final Thread thread;

    /** A named event with its data; the name {@code end} when the stream has ended. */
    record Event(String name, JsonNode data) {}

    /** Returns once everything that happens from now on will be heard. */
    Listener(Fleet fleet, String authorization, String query) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/live" + query))
                                .header("Authorization", authorization)
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        lines = response.body();
        var iterator = lines.iterator();
        while (!iterator.next().equals(": listening")) {}
        thread = new Thread(() -> {
            String name = "";
            try {
                while (iterator.hasNext()) {
                    String line = iterator.next();
                    if (line.startsWith("event: ")) {
                        name = line.substring("event: ".length());
                    } else if (line.startsWith("data: ")) {
                        events.add(new Event(
                                name,
                                Json.read(
                                        line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8),
                                        JsonNode.class)));
                    }
                }
            } catch (java.io.UncheckedIOException e) {
                // The service has gone, or the test.
                name = "";
            }
            events.add(new Event("end", Json.mapper().nullNode()));
        });
        thread.setDaemon(true);
        thread.start();
    }

    Event next() throws InterruptedException {
        Event event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event within 20 s").isNotNull();
        return event;
    }

    Event next(String name) throws InterruptedException {
        Event event = next();
        while (!event.name().equals(name)) {
            event = next();
        }
        return event;
    }

    boolean hasMore() {
        return !events.isEmpty();
    }

    @Override
    public void close() {
        lines.close();
    }
}
