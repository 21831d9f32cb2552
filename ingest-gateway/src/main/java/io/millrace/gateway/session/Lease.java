package io.millrace.gateway.session;

import io.millrace.runtime.ops.Health;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's heartbeat on {@code device-sessions}, by a thread of its own. It also tells whether Kafka answers.
 *
 * <p>Beyond its lease the others take this gateway's sessions for over. What then is agreed with them: if the process stood
 * still (SIGSTOP, a suspended host), its sockets are of no worth, and it ends all sessions before it is heard again, each with
 * its {@code closed}. If only Kafka could not hear it, its sockets and sessions go on, and its next heartbeat, of the same
 * incarnation, brings back with the others all sessions that nothing else has ended: no newer epoch, no {@code closed}. What
 * they dispatch then for a second time is not written to the device for a second time (see {@code Outbox}).
 */
public final class Lease implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final Sessions sessions;
    private final SessionLog sessionLog;
    private final Duration interval;
    private final Duration lease;
    private final Health.Check kafka;
    private final Health.Check slot;
    private final PauseDetector pause;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "gateway-heartbeat"));
    private volatile boolean kafkaAnswers = true;
    private volatile boolean unanswered;
    /** Counts the pauses. */
    private final AtomicInteger term = new AtomicInteger();

    private volatile boolean draining;
    private volatile boolean ended;

    public Lease(Sessions sessions, SessionLog sessionLog, Duration interval, Duration lease, Health health) {
        this.sessions = sessions;
        this.sessionLog = sessionLog;
        this.interval = interval;
        this.lease = lease;
        this.kafka = health.readiness("kafka");
        this.slot = health.readiness("gateway-slot");
        this.pause = new PauseDetector(lease, System.nanoTime());
    }

    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::tick, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether sessions may be opened now. */
    public boolean admits() {
        return kafkaAnswers && !draining && !ended;
    }

    /** Whether Kafka has answered lately. */
    public boolean kafkaAnswers() {
        return kafkaAnswers;
    }

    /** Lets nobody in any more; the sessions that are here go on. */
    public void admitNobody() {
        draining = true;
    }

    /** This gateway's sessions are over. */
    public void release() {
        ended = true;
    }

    /** Rises with every pause beyond the lease: sessions of an earlier term are over, also those that have not yet ended. */
    public int term() {
        return term.get();
    }

    /**
     * Whether sessions of that term still count with the others. After a pause that is answered right from the first moment on:
     * no command that came meanwhile slips through before the sessions have ended.
     */
    public boolean isHeld(int since) {
        // The term last: it has risen before the lease is renewed.
        return !ended && !pause.isOver(System.nanoTime()) && term.get() == since;
    }

    /** Another gateway serves this slot now: what this one holds is over. */
    public void slotTaken() {
        if (!ended) {
            ended = true;
            slot.down("another gateway has started with slot " + sessionLog.slot());
            log.atError().addKeyValue("slot", sessionLog.slot()).log("another gateway has started with this slot");
            sessions.all().forEach(session -> session.end(CloseReason.LEASE_LOST));
        }
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            boolean stoodStill = pause.isOver(now);
            if (stoodStill) {
                var unused = term.incrementAndGet();
            }
            pause.renew(now);
            if (stoodStill) {
                log.atWarn().addKeyValue("sessions", sessions.size()).log("stood still beyond the lease, sessions end");
                sessions.all().forEach(session -> session.end(CloseReason.LEASE_LOST));
                // The heartbeat that revives waits for the next turn, so that these ends are written before it.
            } else if (unanswered) {
                kafkaIs(false);
            } else if (!ended) {
                beat();
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("heartbeat failed");
        }
    }

    /** One heartbeat is on its way at a time: with Kafka away they would only pile up. */
    private void beat() {
        unanswered = true;
        var unused = sessionLog.heartbeat(lease.toMillis(), sessions.size()).whenComplete((offset, failure) -> {
            unanswered = false;
            kafkaIs(failure == null);
        });
    }

    private void kafkaIs(boolean answering) {
        if (kafkaAnswers != answering) {
            log.atWarn().addKeyValue("answers", answering).log("Kafka has changed");
        }
        kafkaAnswers = answering;
        if (answering) {
            kafka.up();
        } else {
            kafka.down("Kafka does not answer");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
