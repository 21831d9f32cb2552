package io.millrace.commands.access;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Answers that several requests wait for belong to the event loop of the first of them; here each gets its own back on its own. */
final class Homeward {
    private Homeward() {}

    /** The same outcome, told on the context of who calls this; at once if it is known. */
    static <T> Future<T> of(Future<T> shared) {
        if (shared.succeeded()) {
            return Future.succeededFuture(shared.result());
        }
        Context home = Vertx.currentContext();
        Promise<T> own = Promise.promise();
        shared.onComplete(done -> onContext(home, () -> own.handle(done)));
        return own.future();
    }

    private static void onContext(@Nullable Context home, Runnable tell) {
        if (home == null || home == Vertx.currentContext()) {
            tell.run();
        } else {
            home.runOnContext(there -> tell.run());
        }
    }
}
