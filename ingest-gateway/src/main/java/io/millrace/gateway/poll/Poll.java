package io.millrace.gateway.poll;

import io.millrace.gateway.flow.OnLoop;
import io.millrace.gateway.identity.Identity;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** One request for a command, as its session sees it: told once what to answer. Any thread may call. */
public interface Poll {
    /** With what it was let in. */
    Identity.Device identity();

    /** The client's, without port. */
    String address();

    /** Its event loop. */
    OnLoop loop();

    /** How long it waits for a command. */
    Duration patience();

    /** So long, but no longer than it may: a token or a certificate may expire while it waits. */
    default Duration whileAdmitted(Duration wait, Clock clock) {
        Duration left = Duration.between(
                        clock.instant(), identity().credential().expiresAt())
                .plusMillis(1);
        Duration shorter = left.compareTo(wait) < 0 ? left : wait;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }

    /** 1: the device will say that it has the command; 0: it will not. */
    int qos();

    /** The command that the device has got by an earlier poll. */
    Optional<String> acknowledges();

    /** @param written told, on any thread, whether the answer could be written */
    void give(Dispatch command, Consumer<Boolean> written);

    /** There is no command for it. */
    void nothing();

    /** Its session is over. */
    void ended(CloseReason reason);

    /** No session can be had for it now. */
    void unavailable(String detail);
}
