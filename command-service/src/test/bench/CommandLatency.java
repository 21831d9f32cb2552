import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Sends commands over REST at a steady rate to boards spread over several gateways, and says how long each took until the board's
 * PUBACK was written; counted from when it was due, so a stall counts for all that had to wait for it. The boards (bench-00000, …) are
 * registered by it. After a build by ./millrace, with an admin's or operator's key:
 * {@code java -cp "standalone/target/app/lib/*" command-service/src/test/bench/CommandLatency.java http://127.0.0.1:8080 KEY
 * 1884,1885 1000 500 60 up=4711 gateway=4712}: the URL, the key, the gateways' MQTT ports, boards, commands a second, seconds (a third
 * before that is not counted), processes whose processor time a command is to be told.
 */
class CommandLatency {
    private static final int PARALLEL = 64;

    private final Vertx vertx = Vertx.vertx();
    /** All requests are this one's, and so all their connections: between two, Vert.x 5.0.8 can lose the end of an answer (its issue 6038). */
    private final Context context = vertx.getOrCreateContext();
    private final String url;
    private final String key;
    private final HttpClientAgent http =
            vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(PARALLEL).setMaxWaitQueueSize(100_000));
    private final Map<String, Long> due = new ConcurrentHashMap<>();
    private final Map<String, Long> unanswered = new ConcurrentHashMap<>();
    private final ConcurrentHistogram answered = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
    private final ConcurrentHistogram acknowledged = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    private volatile boolean counting;

    private CommandLatency(String url, String key) {
        this.url = url;
        this.key = key;
    }

    public static void main(String[] a) throws Exception {
        List<Integer> ports = Arrays.stream(a[2].split(",")).map(Integer::parseInt).toList();
        CommandLatency bench = new CommandLatency(a[0], a[1]);
        bench.processes.put("this", ProcessHandle.current());
        for (int i = 6; i < a.length; i++) {
            String[] named = a[i].split("=", 2);
            bench.processes.put(named[0], ProcessHandle.of(Long.parseLong(named[1])).orElseThrow());
        }
        bench.run(ports, Integer.parseInt(a[3]), Integer.parseInt(a[4]), Integer.parseInt(a[5]));
        System.exit(0);
    }

    private void run(List<Integer> ports, int boards, int rate, int seconds) throws Exception {
        register(boards);
        for (int i = 0; i < boards; i++) {
            connect(id(i), ports.get(i % ports.size()));
        }
        System.out.println(boards + " boards connected to " + ports.size() + " gateways");
        int warmUp = rate * seconds / 3;
        int all = warmUp + rate * seconds;
        CountDownLatch sent = new CountDownLatch(all);
        Map<String, Duration> before = new HashMap<>();
        long start = System.nanoTime();
        long gap = TimeUnit.SECONDS.toNanos(1) / rate;
        for (int n = 0; n < all; n++) {
            long at = start + n * gap;
            while (System.nanoTime() < at) {
                TimeUnit.NANOSECONDS.sleep(Math.min(500_000, Math.max(1, at - System.nanoTime())));
            }
            if (n == warmUp) {
                counting = true;
                processes.forEach((name, process) -> before.put(name, cpu(process)));
            }
            String payload = "c" + n;
            unanswered.put(payload, at - start);
            String board = id(n % boards);
            boolean counted = counting;
            context.runOnContext(now -> command(board, payload, at, counted).onComplete(done -> {
                unanswered.remove(payload);
                sent.countDown();
            }));
        }
        sent.await(60, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (received.get() < accepted.get() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        processes.forEach((name, process) -> System.out.printf(
                "  %-10s %.0f µs of processor time a command%n",
                name, cpu(process).minus(before.get(name)).toNanos() / 1e3 / (rate * seconds)));
        System.out.printf(
                "%d commands at %d/s: %d accepted, %d refused, %d acknowledged by boards%n",
                all, rate, accepted.get(), refused.get(), received.get());
        unanswered.forEach((payload, after) -> System.out.printf(
                "  no answer to %s, sent after %.1f s, %s%n",
                payload, after / 1e9, due.containsKey(payload) ? "which no board has" : "which a board has"));
        print("answer of the API", answered);
        print("PUBACK of the board", acknowledged);
    }

    /** Of the process and, as PostgreSQL has one for each connection, of its children. */
    private static Duration cpu(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static String id(int i) {
        return "bench-%05d".formatted(i);
    }

    private void register(int boards) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < boards; i++) {
            lines.append(new JsonObject().put("id", id(i)).put("secret", "secret-" + id(i)).encode()).append('\n');
        }
        await(request(HttpMethod.POST, "/devices/import?onConflict=skip", "application/x-ndjson", lines.toString()));
    }

    private Future<JsonObject> request(HttpMethod method, String path, String type, String body) {
        return http.request(new RequestOptions()
                        .setMethod(method)
                        .setAbsoluteURI(url + "/api/v1" + path)
                        .putHeader("Authorization", "Bearer " + key)
                        .putHeader("Content-Type", type))
                .compose(request -> request.send(body))
                .compose(response -> response.body()
                        .map(bytes -> new JsonObject().put("status", response.statusCode()).put("body", bytes.toString())));
    }

    private void connect(String id, int port) throws Exception {
        MqttClient client = MqttClient.create(
                vertx,
                new MqttClientOptions().setClientId(id).setUsername(id).setPassword("secret-" + id).setAutoKeepAlive(true));
        client.publishHandler(message -> {
            Long at = due.remove(message.payload().toString());
            received.incrementAndGet();
            if (at != null && counting) {
                acknowledged.recordValue(System.nanoTime() - at);
            }
        });
        await(client.connect(port, "127.0.0.1"));
        await(client.subscribe("devices/" + id + "/commands", 1));
    }

    private Future<?> command(String board, String payload, long at, boolean counted) {
        due.put(payload, at);
        return request(
                        HttpMethod.POST,
                        "/devices/" + board + "/commands",
                        "application/json",
                        new JsonObject().put("payload", payload).encode())
                .onSuccess(reply -> {
                    if (reply.getInteger("status") == 202) {
                        accepted.incrementAndGet();
                    } else {
                        refused.incrementAndGet();
                    }
                    if (counted) {
                        answered.recordValue(System.nanoTime() - at);
                    }
                })
                .onFailure(failure -> refused.incrementAndGet());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    private static void print(String what, ConcurrentHistogram nanos) {
        List<String> shown = new ArrayList<>();
        for (double percentile : new double[] {50, 90, 99, 99.9}) {
            shown.add("p%s %.1f".formatted(
                    percentile == 99.9 ? "99.9" : Integer.toString((int) percentile),
                    nanos.getValueAtPercentile(percentile) / 1e6));
        }
        System.out.printf(
                "  %-20s %s, max %.1f ms of %d%n",
                what, String.join(", ", shown), nanos.getMaxValue() / 1e6, nanos.getTotalCount());
    }
}
