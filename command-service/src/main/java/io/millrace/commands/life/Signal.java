package io.millrace.commands.life;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import java.time.Instant;
import java.util.Optional;

/** Something that may move a command on: a report of a gateway, an answer of the device, a decision of this service, time. */
public sealed interface Signal {
    /** When it happened, by the clock of who noticed it. */
    Instant at();

    /** The word for it in the timeline. */
    String word();

    /** This service hands it to the gateway that holds the device's session. */
    record Dispatched(long epoch, Instant at) implements Signal {
        @Override
        public String word() {
            return "sent";
        }
    }

    /** The device's own PUBACK of that attempt. */
    record Delivered(long epoch, int attempt, Instant at) implements Signal {
        @Override
        public String word() {
            return "delivered";
        }
    }

    /** That attempt was written with QoS 0. */
    record Unconfirmed(long epoch, int attempt, Instant at) implements Signal {
        @Override
        public String word() {
            return "unconfirmed";
        }
    }

    /** That attempt came to nothing. */
    record Undelivered(long epoch, int attempt, UndeliveredReason reason, Instant at) implements Signal {
        @Override
        public String word() {
            return "undelivered";
        }
    }

    /**
     * The device says what became of it.
     *
     * @param words its detail, if that is a text
     * @param detail any JSON, as text
     */
    record Responded(boolean succeeded, Optional<String> words, Optional<String> detail, Instant at) implements Signal {
        @Override
        public String word() {
            return "responded";
        }
    }

    /** The session for which it was sent is over, whoever noticed. */
    record SessionEnded(long epoch, Instant at) implements Signal {
        @Override
        public String word() {
            return "session-ended";
        }
    }

    /** Nothing was heard of that attempt for too long though its session lives: the dispatch record was lost. */
    record DispatchLost(int attempt, Instant at) implements Signal {
        @Override
        public String word() {
            return "dispatch-lost";
        }
    }

    /** It has received that attempt, and did not answer it in time. */
    record AnswerOverdue(int attempt, Instant at) implements Signal {
        @Override
        public String word() {
            return "answer-overdue";
        }
    }

    /** Time has passed. */
    record TimePassed(Instant at) implements Signal {
        @Override
        public String word() {
            return "expired";
        }
    }

    /** A person takes it back. */
    record Cancelled(String by, Instant at) implements Signal {
        @Override
        public String word() {
            return "cancelled";
        }
    }

    /**
     * The device may get nothing any more.
     *
     * @param reason {@code device-disabled}, {@code device-deleted} or {@code unknown-device}
     */
    record DeviceRefused(String reason, Instant at) implements Signal {
        @Override
        public String word() {
            return "rejected";
        }
    }
}
