package io.millrace.gateway.flow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands publications that Kafka has answered from Kafka's thread to one event loop: many at a time, with one task for as many
 * as have come. A task for each would cost six times as much. The items are their own list nodes, so nothing is allocated.
 */
public final class Handoff {
    private static final Logger log = LoggerFactory.getLogger(Handoff.class);
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(Handoff.class, "newest", Publication.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Runnable wake;

    @SuppressWarnings("unused") // through NEWEST
    private volatile @Nullable Publication newest;

    /** @param wake called by the thread that gives the first item after a {@link #takeAll} */
    public Handoff(Runnable wake) {
        this.wake = wake;
    }

    /** Any thread. */
    public void give(Publication item) {
        while (true) {
            Publication before = newest;
            item.givenBefore = before;
            if (NEWEST.compareAndSet(this, before, item)) {
                if (before == null) {
                    wake.run();
                }
                return;
            }
        }
    }

    /** The event loop: answers all that were given since the last call, in order. */
    public void answerAll() {
        for (Publication publication = takeAll(); publication != null; ) {
            Publication next = publication.next();
            answer(publication);
            publication = next;
        }
    }

    /** A bug in one conversation must not cost the others their answers. */
    private static void answer(Publication publication) {
        try {
            Answering answering = publication.answering();
            if (answering != null) {
                answering.done(publication);
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("message not answered");
        }
    }

    /** The event loop: the first of all that were given since the last call, each leading to the {@link Publication#next} one. */
    public @Nullable Publication takeAll() {
        Publication reversed = (Publication) NEWEST.getAndSet(this, (Publication) null);
        Publication first = null;
        while (reversed != null) {
            Publication before = reversed.givenBefore;
            reversed.givenBefore = first;
            first = reversed;
            reversed = before;
        }
        return first;
    }
}
