package io.millrace.standalone;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.PortInUseException;
import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The embedded Kafka and PostgreSQL that everything else stands on. Both start and stop at the same time, to be quick. */
record Backbone(EmbeddedKafka kafka, EmbeddedPostgres postgres) implements AutoCloseable {
    /** @throws StartException if one of them cannot start; the other is stopped then */
    static Backbone start(UpConfig config) {
        CompletableFuture<EmbeddedKafka> kafka = CompletableFuture.supplyAsync(() -> kafka(config), Backbone::thread);
        CompletableFuture<EmbeddedPostgres> postgres =
                CompletableFuture.supplyAsync(() -> postgres(config), Backbone::thread);
        try {
            return new Backbone(kafka.join(), postgres.join());
        } catch (CompletionException e) {
            kafka.thenAccept(EmbeddedKafka::close).exceptionally(failed -> null).join();
            postgres.thenAccept(EmbeddedPostgres::close)
                    .exceptionally(failed -> null)
                    .join();
            throw e.getCause() instanceof StartException start ? start : e;
        }
    }

    @Override
    public void close() {
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(postgres::close, Backbone::thread);
        kafka.close();
        stopped.join();
    }

    private static EmbeddedKafka kafka(UpConfig config) {
        try {
            return EmbeddedKafka.start(config.kafkaData(), config.kafkaPort());
        } catch (PortInUseException e) {
            throw StartException.portInUse(e.port(), "--kafka-port", e);
        } catch (IOException e) {
            throw new StartException(
                    "--data " + config.data() + ": the embedded Kafka cannot use it: " + e.getMessage(), e);
        }
    }

    private static EmbeddedPostgres postgres(UpConfig config) {
        try {
            return EmbeddedPostgres.start(config.postgresData(), config.postgresPrograms(), false);
        } catch (IOException e) {
            throw new StartException(
                    "--data " + config.data() + ": the embedded PostgreSQL cannot use it: " + e.getMessage(), e);
        }
    }

    /** Not the common pool: PostgreSQL waits for a child process, Kafka for disks. */
    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "backbone");
        thread.setDaemon(true);
        thread.start();
    }
}
