package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.CutWire;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.Dispatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is killed in the middle of work and started again: what was accepted is there. */
@Timeout(180)
class DatabaseKilledIT {
    private static final int DEVICES = 8;

    @TempDir
    private Path directory;

    private final AtomicBoolean working = new AtomicBoolean(true);
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Test
    void nothingAcceptedIsLostWhenPostgresIsKilledUnderLoad() throws Exception {
        Path data = directory.resolve("postgres");
        EmbeddedPostgres postgres = Neighbours.newPostgres(data);
        try (CutWire wire = new CutWire(postgres.port())) {
            Settings.Builder settings = Neighbours.get()
                    .newFleet()
                    .override("database.url", "postgresql://127.0.0.1:" + wire.port() + "/postgres")
                    .override("database.user", postgres.user())
                    .override("database.password", postgres.password());
            try (Fleet fleet = Fleet.start(settings)) {
                FakeGateway gateway = fleet.gateway(0);
                for (int i = 0; i < DEVICES; i++) {
                    gateway.openReady(fleet.device("busy" + i));
                }
                List<Thread> workers = List.of(
                        worker(() -> acknowledge(gateway)),
                        worker(() -> report(fleet, gateway)),
                        worker(() -> commandByRest(fleet)),
                        worker(() -> commandByRule(fleet, gateway)));
                await().until(() -> accepted.size() > 100 && readings.get() > 500);

                kill(data);
                int before = refusals.get();
                await().atMost(Duration.ofSeconds(30)).until(() -> refusals.get() > before);
                // Nothing is left to stop; it gives its directory free.
                postgres.close();
                postgres = Neighbours.newPostgres(data);
                wire.leadTo(postgres.port());

                int after = accepted.size();
                await().atMost(Duration.ofSeconds(60)).until(() -> accepted.size() > after + 100);
                working.set(false);
                for (Thread worker : workers.subList(1, workers.size())) {
                    worker.join();
                }
                for (String command : accepted) {
                    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(fleet.status(command))
                            .isEqualTo("delivered"));
                }
                String url = postgres.url();
                String user = postgres.user();
                String password = postgres.password();
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(stored(url, user, password))
                        .isEqualTo(readings.get()));
                workers.get(0).interrupt();
                workers.get(0).join();
                assertThat(failures).isEmpty();
            }
        } finally {
            working.set(false);
            postgres.close();
        }
    }

    private Thread worker(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void kill(Path data) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        assertThat(postmaster.destroyForcibly()).isTrue();
        postmaster.onExit().get();
    }

    /** As the devices do, every attempt once. */
    private void acknowledge(FakeGateway gateway) {
        List<Dispatch> all = new ArrayList<>();
        int done = 0;
        while (!Thread.currentThread().isInterrupted()) {
            all = gateway.allDispatches();
            for (; done < all.size(); done++) {
                gateway.delivered(all.get(done));
            }
            pace();
        }
    }

    private void report(Fleet fleet, FakeGateway gateway) {
        while (working.get()) {
            byte[] key = ("busy" + readings.get() % DEVICES).getBytes(UTF_8);
            long unused = gateway.send(new ProducerRecord<>(
                    fleet.topics().telemetry(), key, ("{\"n\":" + readings.get() + "}").getBytes(UTF_8)));
            readings.incrementAndGet();
        }
    }

    /** As a program that repeats what was not answered with 202, under the same key. */
    private void commandByRest(Fleet fleet) {
        for (int n = 0; working.get(); n++) {
            while (true) {
                Fleet.Reply reply = fleet.callWith(
                        "Bearer " + fleet.key(),
                        "POST",
                        "/devices/busy" + n % DEVICES + "/commands",
                        "{\"payload\":\"N" + n + "\",\"expiresIn\":\"10m\"}",
                        "Idempotency-Key",
                        "n" + n);
                if (reply.status() == 202) {
                    accepted.add(reply.json().get("commandId").asText());
                    pace();
                    break;
                }
                assertThat(reply.status()).as(reply.json().toString()).isEqualTo(503);
                refusals.incrementAndGet();
            }
        }
    }

    private void commandByRule(Fleet fleet, FakeGateway gateway) {
        for (int n = 0; working.get(); n++) {
            long unused = gateway.send(Fleet.byRule("rule-" + n, "busy" + n % DEVICES, "FAN_ON", Duration.ofMinutes(10))
                    .toRecord(fleet.topics()));
            accepted.add("rule-" + n);
            pace();
        }
    }

    /** What is accepted must also be delivered before the test ends: one at a time to each device. */
    private static void pace() {
        LockSupport.parkNanos(5_000_000);
    }

    private static int stored(String url, String user, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + url, user, password);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from telemetry")) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
