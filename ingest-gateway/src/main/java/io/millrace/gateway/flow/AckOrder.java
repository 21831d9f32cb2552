package io.millrace.gateway.flow;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The publications of one connection that wait for their PUBACK or PUBREC, in the order in which they came, which is the order
 * in which they are answered [MQTT-4.6.0-2] [MQTT-4.6.0-3], whatever the order in which they are done. Lives as long as the
 * connection; its event loop only.
 */
public final class AckOrder implements Answering {
    /** Where the answers go. */
    public interface Answers {
        void acknowledge(Publication publication);

        /** Kafka has refused it for good: it can be neither acknowledged nor passed over. */
        void failed(Publication publication);
    }

    private final Answers answers;
    private @Nullable Publication first;
    private @Nullable Publication last;
    private int size;

    public AckOrder(Answers answers) {
        this.answers = answers;
    }

    public int size() {
        return size;
    }

    public void append(Publication publication) {
        if (last == null) {
            first = publication;
        } else {
            last.behind = publication;
        }
        last = publication;
        size++;
    }

    /** The publication with that packet id that has not been answered yet. */
    public Optional<Publication> find(int packetId) {
        for (Publication p = first; p != null; p = p.behind) {
            if (p.packetId() == packetId) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }

    /** It goes nowhere, and is answered as soon as those before it are. */
    public void doneWith(Publication publication, int reasonCode) {
        publication.refuse(reasonCode);
        done(publication);
    }

    /** Answers it, if all before it have been answered, and those behind it that only waited for it. */
    @Override
    public void done(Publication publication) {
        publication.done = true;
        Publication next;
        while ((next = first) != null && next.done) {
            first = next.behind;
            if (first == null) {
                last = null;
            }
            next.behind = null;
            size--;
            if (next.failure() != null) {
                answers.failed(next);
            } else {
                answers.acknowledge(next);
            }
        }
    }
}
