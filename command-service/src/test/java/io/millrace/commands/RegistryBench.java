package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fills a registry by uploads of 100,000 devices and measures them; then how long list, search and get take. Broker, PostgreSQL, the
 * service and the client are on this machine. Arguments: {@code devices=1000000 requests=1000 rounds=3}: beside other work the
 * best round tells most, and the processor time of a request.
 */
final class RegistryBench {
    private static final int UPLOAD = 100_000;
    private static final int LINES_AT_ONCE = 1_000;

    private final Fleet fleet;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(7);
    private final int devices;

    private RegistryBench(Fleet fleet, int devices) {
        this.fleet = fleet;
        this.devices = devices;
    }

    public static void main(String[] args) throws Exception {
        Map<String, Integer> options =
                new LinkedHashMap<>(Map.of("devices", 1_000_000, "requests", 1_000, "rounds", 3));
        for (String arg : args) {
            options.put(arg.split("=")[0], Integer.parseInt(arg.split("=")[1]));
        }
        try (Fleet fleet = Fleet.start()) {
            RegistryBench bench = new RegistryBench(fleet, options.getOrDefault("devices", 0));
            bench.fill();
            bench.connectSome();
            for (int round = 1; round <= options.getOrDefault("rounds", 0); round++) {
                System.out.println("round " + round);
                bench.measure(options.getOrDefault("requests", 0));
            }
        }
        System.exit(0);
    }

    private static String id(int i) {
        return String.format(Locale.ROOT, "esp32-%012x", Long.reverseBytes(i * 0x9E3779B97F4A7C15L) >>> 16);
    }

    private static String line(int i) {
        return "{\"id\":\"" + id(i) + "\",\"type\":\""
                + List.of("cold-room", "pump", "meter", "sensor", "gate").get(i % 5)
                + "\",\"labels\":{\"site\":\"site-" + i % 2000 + "\",\"floor\":\"" + i % 20 + "\",\"stage\":\""
                + (i % 100 == 0 ? "canary" : "live") + "\"}}\n";
    }

    private void fill() throws IOException, InterruptedException {
        for (int from = 0; from < devices; from += UPLOAD) {
            int to = Math.min(devices, from + UPLOAD);
            long begin = System.nanoTime();
            String last = upload(lines(from, to));
            System.out.printf(Locale.ROOT, "import of %,d: %.1f s  %s%n", to - from, seconds(begin), last);
        }
        long begin = System.nanoTime();
        while (fleet.meters.get("registry.published").counter().count() < devices) {
            Thread.sleep(10);
        }
        System.out.printf(Locale.ROOT, "all on device-registry %.1f s later%n", seconds(begin));
    }

    private static InputStream lines(int from, int to) {
        return new SequenceInputStream(Collections.enumeration(IntStream.iterate(
                        from, i -> i < to, i -> i + LINES_AT_ONCE)
                .mapToObj(first -> {
                    StringBuilder lines = new StringBuilder();
                    IntStream.range(first, Math.min(to, first + LINES_AT_ONCE)).forEach(i -> lines.append(line(i)));
                    return (InputStream)
                            new java.io.ByteArrayInputStream(lines.toString().getBytes(UTF_8));
                })
                .toList()));
    }

    private String upload(InputStream lines) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> response = http.send(
                request("/devices/import")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> lines))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        return response.body().reduce((a, b) -> b).orElse("nothing");
    }

    /** 40 % are connected, 5 % have never been. */
    private void connectSome() throws SQLException {
        DatabaseConfig database = fleet.config().database();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into sessions (device_id, slot, incarnation, epoch, connected, ready, client_id, protocol, address,"
                            + " connected_since) select id, 0, 1, row_number() over (), abs(hashtext(id) % 10) < 4, true, id,"
                            + " 'mqtt-3.1.1', '10.1.2.3', now() from devices where abs(hashtext(id) % 20) <> 5");
            statement.execute("vacuum analyze");
        }
    }

    private ProcessHandle postgres() throws SQLException {
        DatabaseConfig database = fleet.config().database();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + database.url(), database.user(), database.password());
                Statement statement = connection.createStatement();
                var pid = statement.executeQuery("select pg_backend_pid()")) {
            pid.next();
            return ProcessHandle.of(pid.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        }
    }

    /** Of all threads of this process, client and broker too, and of PostgreSQL's processes. */
    private static Duration cpu(ProcessHandle postgres) {
        return Stream.concat(Stream.of(ProcessHandle.current()), postgres.children())
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private void measure(int requests) throws IOException, InterruptedException, SQLException {
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        kinds.put("get", () -> "/devices/" + some());
        kinds.put("list, first page", () -> "/devices");
        kinds.put("list, some page", () -> "/devices?cursor=" + cursor());
        kinds.put("type", () -> "/devices?type=pump&cursor=" + cursor());
        kinds.put("label, half of all", () -> "/devices?label=stage:live&cursor=" + cursor());
        kinds.put("label, 500 devices", () -> "/devices?label=site:site-" + random.nextInt(2000));
        kinds.put("two labels and type", () -> "/devices?label=stage:canary&label=floor:0&type=cold-room");
        kinds.put("labels that never meet", () -> "/devices?label=stage:canary&label=floor:7&cursor=" + cursor());
        kinds.put("connected", () -> "/devices?connected=true&cursor=" + cursor());
        kinds.put("not connected, a site", () -> "/devices?connected=false&label=site:site-" + random.nextInt(2000));
        kinds.put("q, whole id", () -> "/devices?q=" + some());
        kinds.put("q, beginning of 9", () -> "/devices?q=" + some().substring(0, 9));
        kinds.put("q, 3 in the middle", () -> "/devices?q=" + some().substring(10, 13));
        kinds.put("q, 5 in the middle", () -> "/devices?q=" + some().substring(10, 15));
        kinds.put(
                "q, 5 at the end, in capitals",
                () -> "/devices?q=" + some().substring(13).toUpperCase(Locale.ROOT));
        kinds.put("q nowhere", () -> "/devices?q=x-" + random.nextInt(1000));
        kinds.put(
                "q, 3 in the middle, a floor, connected",
                () -> "/devices?connected=true&label=floor:3&q=" + some().substring(9, 12));
        ProcessHandle postgres = postgres();
        System.out.printf("%-42s %8s %8s %8s %8s%n", "ms", "p50", "p99", "max", "CPU");
        for (Map.Entry<String, Supplier<String>> kind : kinds.entrySet()) {
            double[] millis = new double[requests];
            Duration before = cpu(postgres);
            for (int i = 0; i < millis.length; i++) {
                HttpRequest request = request(kind.getValue().get()).build();
                long begin = System.nanoTime();
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                millis[i] = (System.nanoTime() - begin) / 1e6;
                if (response.statusCode() != 200) {
                    throw new IllegalStateException(kind.getKey() + ": " + new String(response.body(), UTF_8));
                }
            }
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "%-42s %8.1f %8.1f %8.1f %8.1f%n",
                    kind.getKey(),
                    millis[millis.length / 2],
                    millis[millis.length * 99 / 100],
                    millis[millis.length - 1],
                    (double) cpu(postgres).minus(before).toMillis() / requests);
        }
    }

    private String some() {
        return id(random.nextInt(devices));
    }

    private String cursor() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("id\n" + some()).getBytes(UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1" + path))
                .header("Authorization", "Bearer " + fleet.key())
                .timeout(Duration.ofMinutes(5));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
