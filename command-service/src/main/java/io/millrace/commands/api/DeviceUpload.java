package io.millrace.commands.api;

import io.millrace.commands.registry.DeviceImport;
import io.millrace.commands.registry.DeviceImport.OnConflict;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One import on its way: lines in, batches to the registry, the report out. It reads no further while a batch is being entered, nor
 * while more of the report waits for the client than fits {@link #REPORT_WAITING}: a client that reads nothing before it has sent
 * everything gets through with some 400,000 new secrets. Who sends no whole line for some time loses the place that others wait for. On
 * the request's event loop.
 */
final class DeviceUpload {
    private static final int BATCH = 500;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int REPORT_WAITING = 32 * 1024 * 1024;

    private final Vertx vertx;
    private final Duration patience;
    private final DeviceImport registry;
    private final OnConflict onConflict;
    private final boolean generateSecrets;
    private final boolean psk;
    private final ImportReport report;
    private final ReadStream<Buffer> upload;
    private final WriteStream<Buffer> out;
    private final Clock clock;
    private final Instant began;
    private final Lines lines = new Lines(LONGEST_LINE);
    private final Map<String, DeviceImport.Line> batch = new LinkedHashMap<>();
    private final Promise<Void> done = Promise.promise();
    private boolean failed;
    /** Whether it is the client's turn, and since when no whole line has come. */
    private boolean waiting;

    private long waitingSince = System.nanoTime();

    /**
     * @param patience with a client that sends nothing, or parts of a line
     * @param psk whether there are keys for TLS-PSK
     */
    DeviceUpload(
            Vertx vertx,
            Duration patience,
            DeviceImport registry,
            OnConflict onConflict,
            boolean generateSecrets,
            boolean psk,
            ImportReport report,
            ReadStream<Buffer> upload,
            WriteStream<Buffer> out,
            Clock clock) {
        this.vertx = vertx;
        this.patience = patience;
        this.registry = registry;
        this.onConflict = onConflict;
        this.generateSecrets = generateSecrets;
        this.psk = psk;
        this.report = report;
        this.upload = upload;
        this.out = out;
        this.clock = clock;
        began = clock.instant();
    }

    Future<Void> run() {
        out.setWriteQueueMaxSize(REPORT_WAITING);
        upload.exceptionHandler(this::fail);
        upload.handler(this::take);
        upload.endHandler(end -> {
            waiting = false;
            lines.end();
            then(enterLines().compose(entered -> flush()), () -> {
                registry.end();
                report.end(Duration.between(began, clock.instant()));
                out.write(report.take()).onComplete(done);
            });
        });
        awaitMore();
        long watch = vertx.setPeriodic(Math.max(1, patience.toMillis() / 4), tick -> lookAtTheClient());
        return done.future().onComplete(ended -> vertx.cancelTimer(watch));
    }

    private void take(Buffer buffer) {
        waiting = false;
        upload.pause();
        long before = lines.count();
        lines.add(buffer.getBytes());
        then(enterLines(), () -> {
            if (lines.count() > before) {
                waitingSince = System.nanoTime();
            }
            awaitMore();
        });
    }

    private void awaitMore() {
        waiting = true;
        upload.resume();
    }

    private void lookAtTheClient() {
        if (waiting && System.nanoTime() - waitingSince > patience.toNanos()) {
            waiting = false;
            upload.handler(null);
            fail(Problem.of(408, "upload-stalled", "no whole line has come for " + patience.toSeconds() + " s"));
        }
    }

    private void then(Future<Void> step, Runnable next) {
        step.onComplete(result -> {
            if (result.failed()) {
                fail(result.cause());
            } else if (!failed) {
                next.run();
            }
        });
    }

    private void fail(Throwable failure) {
        failed = true;
        done.tryFail(failure);
    }

    /** A second line of the same device belongs into another batch. */
    private Future<Void> enterLines() {
        Optional<Lines.Line> next = lines.next();
        while (next.isPresent()) {
            Optional<DeviceImport.Line> line = read(next.get());
            if (line.isPresent()) {
                String id = line.get().entry().id().value();
                if (batch.size() == BATCH || batch.containsKey(id)) {
                    return flush().compose(flushed -> {
                        batch.put(id, line.get());
                        return enterLines();
                    });
                }
                batch.put(id, line.get());
            }
            next = lines.next();
        }
        return Future.succeededFuture();
    }

    private Optional<DeviceImport.Line> read(Lines.Line line) {
        Optional<String> known = Optional.empty();
        try {
            byte[] bytes = line.bytes();
            if (bytes == null) {
                throw Problem.of(413, "too-large", "the line is longer than " + LONGEST_LINE + " bytes");
            }
            DeviceBody body = new DeviceBody(Body.parse(bytes));
            DeviceId id = DeviceFields.id(body);
            known = Optional.of(id.value());
            DeviceFields fields = DeviceFields.whole(body);
            boolean wantsPsk = body.flag("psk").orElse(false);
            if (wantsPsk && !psk) {
                throw Problem.field("psk", "true", "identity.psk.master-key-file in the configuration");
            }
            body.finish();
            return Optional.of(new DeviceImport.Line(
                    line.number(), fields.entry(id), fields.enabled().orElse(true), wantsPsk, fields.change()));
        } catch (Problem problem) {
            report.unreadable(line.number(), known, problem);
            return Optional.empty();
        }
    }

    private Future<Void> flush() {
        List<DeviceImport.Line> lines = List.copyOf(batch.values());
        batch.clear();
        Future<Void> entered = lines.isEmpty()
                ? Future.succeededFuture()
                : registry.enter(lines, onConflict, generateSecrets)
                        .onSuccess(results -> results.forEach(report::add))
                        .mapEmpty();
        return entered.compose(v -> tell());
    }

    /** Does not wait until the client has it, only until there is room for more. */
    private Future<Void> tell() {
        Buffer news = report.take();
        if (news.length() > 0) {
            out.write(news).onFailure(this::fail);
        }
        if (!out.writeQueueFull()) {
            return Future.succeededFuture();
        }
        Promise<Void> room = Promise.promise();
        out.drainHandler(room::tryComplete);
        return room.future();
    }
}
