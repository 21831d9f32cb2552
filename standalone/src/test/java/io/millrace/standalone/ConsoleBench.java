package io.millrace.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Not a test, see {@code standalone/benchmark-console}: a running system is looked at by a browser, then by many viewers. Arguments:
 * ports of REST and MQTT, Kafka's address, the service's process, an empty directory for the browser, seconds of each look.
 */
public final class ConsoleBench {
    private static final String BOARD = "bench-board";
    private static final int POINTS = 5_760;
    private static final int VIEWERS = 50;
    private static final int ROUNDS = 10;
    private static final int LOOKS = 5;

    /** What stands there in the end; the frame in which it first does. */
    private static final String WHEN_SHOWN = """
            (() => {
              const shown = () => document.body?.querySelector("main") && !document.querySelector("[aria-busy=true]") && (%s);
              const frame = () => shown() ? requestAnimationFrame(() => window.shownAfter = performance.now()) : requestAnimationFrame(frame);
              requestAnimationFrame(frame);
            })()""";

    private final int httpPort;
    private final Rest rest;

    private ConsoleBench(int httpPort, String password) {
        this.httpPort = httpPort;
        this.rest = Rest.of(httpPort, ConsoleRig.ADMIN, password);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        String password =
                Optional.ofNullable(System.getenv("MILLRACE_ADMIN_PASSWORD")).orElseThrow();
        ConsoleBench bench = new ConsoleBench(Integer.parseInt(args[0]), password);
        String secret = bench.rest
                .post("/devices", "{\"id\":\"" + BOARD + "\",\"type\":\"greenhouse\"}", 201)
                .get("secret")
                .asText();
        bench.aDayOfReadings(args[2]);
        bench.pages(password, Path.of(args[4]));
        bench.viewers(
                Integer.parseInt(args[1]),
                secret,
                ProcessHandle.of(Long.parseLong(args[3])).orElseThrow(),
                Duration.ofSeconds(Long.parseLong(args[5])));
    }

    /** 24 h of readings every 15 s, straight into Kafka: what a gateway would have written, at the time when it would have. */
    private void aDayOfReadings(String bootstrapServers) {
        long now = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "5"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = POINTS; i > 0; i--) {
                var unused = producer.send(
                        new ProducerRecord<>("telemetry", null, now - i * 15_000L + 10_000L, BOARD, reading(i)));
            }
        }
        String path = "/devices/" + BOARD + "/telemetry?limit=10000&from=-24h";
        await().atMost(Duration.ofMinutes(2))
                .until(() -> rest.get(path).get("items").size() == POINTS);
    }

    private static String reading(int i) {
        return "{\"temperature\":%.1f,\"humidity\":%.1f,\"rssi\":%d}"
                .formatted(20 + 8 * Math.sin(i / 200.0), 55 + 10 * Math.cos(i / 300.0), -60 - i % 17);
    }

    private void pages(String password, Path profile) {
        BrowserPrograms programs =
                BrowserPrograms.here().orElseThrow(() -> new IllegalStateException(BrowserPrograms.MISSING));
        try (Browser browser = new Browser(programs, "http://127.0.0.1:" + httpPort, profile)) {
            browser.open("/");
            browser.type("User name", ConsoleRig.ADMIN);
            browser.type("Password", password);
            browser.press("Sign in");
            browser.gone("dialog[open]");
            System.out.println(
                    "page | assets | first paint, ms: median | longest | all in sight, ms: median | longest");
            for (boolean cold : new boolean[] {true, false}) {
                page(browser, "Overview", "/", "document.querySelectorAll('.tile .figure').length > 4", cold);
                page(
                        browser,
                        "Device, " + POINTS + " readings",
                        "/devices/" + BOARD + "?range=24h",
                        "document.querySelectorAll('.plot canvas').length === 3",
                        cold);
            }
        }
    }

    private static void page(Browser browser, String name, String path, String shown, boolean cold) {
        Object script = browser.tell(
                        "Page.addScriptToEvaluateOnNewDocument", Map.of("source", WHEN_SHOWN.formatted(shown)))
                .get("identifier");
        List<Double> painted = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            browser.leave();
            if (cold) {
                browser.tell("Network.clearBrowserCache", Map.of());
            }
            browser.open(path);
            browser.waitFor("window.shownAfter !== undefined", true);
            painted.add(
                    number(browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime")));
            whole.add(number(browser.run("return window.shownAfter")));
        }
        browser.tell("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
        System.out.printf(
                "%s | %s | %.0f | %.0f | %.0f | %.0f%n",
                name,
                cold ? "loaded" : "cached",
                median(painted),
                Collections.max(painted),
                median(whole),
                Collections.max(whole));
    }

    private static double number(Object number) {
        return ((Number) number).doubleValue();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** With and without them in turns, as much else happens in that process. */
    private void viewers(int mqttPort, String secret, ProcessHandle service, Duration look)
            throws IOException, InterruptedException {
        TestDevice board = TestDevice.of(3, mqttPort, BOARD, secret);
        board.connect();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        var unused = clock.scheduleAtFixedRate(
                () -> board.telemetry(BOARD, reading((int) Instant.now().getEpochSecond())), 0, 1, TimeUnit.SECONDS);
        try {
            System.out.println(
                    "viewers of a device that reports every second | events to them | the service, of a core");
            for (int i = 0; i < LOOKS; i++) {
                look(service, look, 0);
                look(service, look, VIEWERS);
            }
        } finally {
            clock.shutdownNow();
        }
    }

    private void look(ProcessHandle service, Duration look, int many) throws IOException, InterruptedException {
        try (LiveViewers viewers = LiveViewers.open(httpPort, rest.key(), BOARD, many)) {
            Duration before = taken(service);
            long heard = viewers.events();
            Thread.sleep(look.toMillis()); // what is measured is a length of time
            System.out.printf(
                    "%d | %d | %.3f%n",
                    many, viewers.events() - heard, taken(service).minus(before).toMillis() / 1e3 / look.toSeconds());
        }
    }

    private static Duration taken(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }
}
