package io.millrace.commands.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * Steps one after the other, each begun when the one before is done. However many there are, none is remembered: futures composed with
 * their successors would all wait for the last one, and overflow the stack when it comes.
 */
final class Loop {
    private Loop() {}

    /** Until a step says {@code false}, or fails. */
    static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
        Promise<Void> done = Promise.promise();
        go(step, done);
        return done.future();
    }

    private static void go(Supplier<Future<Boolean>> step, Promise<Void> done) {
        Future<Boolean> one = begun(step);
        while (one.succeeded() && one.result()) {
            one = begun(step);
        }
        var unused = one.onComplete(
                goesOn -> {
                    if (goesOn) {
                        go(step, done);
                    } else {
                        done.complete();
                    }
                },
                done::fail);
    }

    /** A step that throws has failed. */
    private static Future<Boolean> begun(Supplier<Future<Boolean>> step) {
        return Future.succeededFuture().compose(start -> step.get());
    }
}
