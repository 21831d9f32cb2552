package io.millrace.rules.source;

import java.util.concurrent.CancellationException;

/** Reading rules is given up between two rules, expressions or problems, when its thread is interrupted. */
public final class Patience {

    private Patience() {}

    /** @throws CancellationException if nobody waits for the result any more */
    public static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("nobody waits for these rules any more");
        }
    }
}
