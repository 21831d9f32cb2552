package io.millrace.commands.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request that is read gets an answer: where none has begun in time, whatever the reason, one that says so. What comes of it
 * later is told to nobody ({@link Replies}). On event loops.
 */
final class Patience implements Handler<RoutingContext> {
    private static final Logger log = LoggerFactory.getLogger(Patience.class);

    private final Duration patience;

    Patience(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void handle(RoutingContext context) {
        long timer = context.vertx().setTimer(patience.toMillis(), over -> end(context));
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
        context.next();
    }

    private void end(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        log.atWarn()
                .addKeyValue("operation", Replies.operation(context))
                .addKeyValue("path", context.request().path())
                .addKeyValue("after", patience)
                .log("no answer in time");
        context.fail(Problem.of(
                503,
                "no-answer-in-time",
                "no answer within " + patience.toSeconds()
                        + " s; what was asked for may happen yet (look, or ask again with the same Idempotency-Key)"));
    }
}
