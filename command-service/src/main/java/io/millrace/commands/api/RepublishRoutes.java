package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.registry.Republication;
import io.millrace.commands.registry.Republication.Progress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;

/** The registry's topics written anew: {@code POST /devices/republish}. */
public final class RepublishRoutes {
    private static final String RUNNING = "the registry is being republished already (expected one at a time)";

    private final Vertx vertx;
    private final Republication republication;

    public RepublishRoutes(Vertx vertx, Republication republication) {
        this.vertx = vertx;
        this.republication = republication;
    }

    public List<Operation> operations() {
        return List.of(new Operation("republishDevices", this::republish));
    }

    private Future<Answer> republish(Call call) {
        if (republication.isRunning()) {
            throw Problem.of(409, "republishing", RUNNING);
        }
        Context context = vertx.getOrCreateContext();
        return Future.succeededFuture(Answer.streamed("application/x-ndjson", out -> write(context, out)));
    }

    /** Whoever asks may leave: what has begun goes on. */
    private Future<Void> write(Context context, WriteStream<Buffer> out) {
        Promise<Void> written = Promise.promise();
        var started = republication.start(progress ->
                context.runOnContext(v -> out.write(line(progress, false)).onFailure(written::tryFail)));
        if (started.isEmpty()) {
            return Future.failedFuture(Problem.of(
                    409, "republishing", "the registry is being republished already (expected one at a time)"));
        }
        started.get()
                .onComplete(end -> context.runOnContext(v -> {
                    if (end.succeeded()) {
                        out.write(line(end.result(), true)).onComplete(written);
                    } else {
                        written.tryFail(end.cause());
                    }
                }));
        return written.future();
    }

    private static Buffer line(Progress progress, boolean done) {
        String json = Answer.object()
                .put("devices", progress.devices())
                .put("keys", progress.keys())
                .put("tombstones", progress.tombstones())
                .put("done", done)
                .toString();
        return Buffer.buffer((json + "\n").getBytes(UTF_8));
    }
}
