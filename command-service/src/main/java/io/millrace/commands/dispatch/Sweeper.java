package io.millrace.commands.dispatch;

import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.GatewayStore;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.SweepStore;
import io.millrace.commands.store.SweepStore.Found;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second for what no record will tell: commands whose time is over, gateways that have fallen silent, commands sent
 * into a session that is gone or of which nothing was heard, commands left waiting. In quiet times it finds nothing. It may run
 * in several instances at once: whatever it finds goes through {@link CommandChanges}, where the first one wins. On a thread
 * of its own.
 */
public final class Sweeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int LONG_ROUND = 5;
    /** Of one kind in a round, so that the other kinds have their turn: a hundred thousand commands. */
    private static final int MOST_STATEMENTS = 100;
    /** How long a command waits for a device that nobody knows: its session may be read a little later. */
    private static final Duration UNKNOWN_DEVICE = Duration.ofSeconds(5);

    private final SweepStore sweeps;
    private final SessionStore sessions;
    private final GatewayStore gateways;
    private final LeaseWatch leases;
    private final ReportWatch reports;
    private final CommandChanges changes;
    private final Dispatcher dispatcher;
    private final RegistryPublisher registry;
    private final Duration dispatchTimeout;
    private final Clock clock;
    private final Rounds rounds = new Rounds("sweeper", PACE, this::sweep);
    /** On the sweeper's thread. */
    private long swept;

    public Sweeper(
            SweepStore sweeps,
            SessionStore sessions,
            GatewayStore gateways,
            LeaseWatch leases,
            ReportWatch reports,
            CommandChanges changes,
            Dispatcher dispatcher,
            RegistryPublisher registry,
            Duration dispatchTimeout,
            Clock clock) {
        this.sweeps = sweeps;
        this.sessions = sessions;
        this.gateways = gateways;
        this.leases = leases;
        this.reports = reports;
        this.changes = changes;
        this.dispatcher = dispatcher;
        this.registry = registry;
        this.dispatchTimeout = dispatchTimeout;
        this.clock = clock;
    }

    public void start() {
        rounds.start();
    }

    private void sweep() {
        Instant now = clock.instant();
        closeSilentGateways(now);
        signalAll(sweeps::orphans, found -> new Signal.SessionEnded(found.epoch(), now));
        signalAll(() -> sweeps.expired(now), found -> new Signal.TimePassed(now));
        sendAgainWhatWasLost(now);
        signalAll(() -> sweeps.unansweredByDevice(now), found -> new Signal.AnswerOverdue(found.attempt(), now));
        dispatchAll(() -> sweeps.due(now));
        if (swept++ % LONG_ROUND == 0) {
            lookThoroughly(now);
        }
    }

    /** What was sent before the time-out, without a report among those that have been read since. */
    private void sendAgainWhatWasLost(Instant now) {
        if (Rounds.await(sweeps.unanswered(now.minus(dispatchTimeout))).isEmpty()) {
            reports.forget();
            return;
        }
        reports.readUntil(now)
                .ifPresent(until -> signalAll(
                        () -> sweeps.unanswered(until.minus(dispatchTimeout)),
                        found -> new Signal.DispatchLost(found.attempt(), now)));
    }

    /** What needs a look at all that waits or is connected, and is hardly ever found. */
    private void lookThoroughly(Instant now) {
        Rounds.await(sessions.closeOfEndedGateways(now));
        Rounds.await(sessions.reviveOfHeardGateways(now));
        signalAll(
                () -> sweeps.ofUnknownDevices(now.minus(UNKNOWN_DEVICE)),
                found -> new Signal.DeviceRefused("unknown-device", now));
        dispatchAll(() -> sweeps.idle(now));
        registry.publish();
    }

    private void closeSilentGateways(Instant now) {
        List<GatewayStore.Silent> silent = leases.certain(Rounds.await(gateways.silent(now)), now);
        for (GatewayStore.Silent gateway : silent) {
            int closed = Rounds.await(sessions.closeOfSilentGateway(gateway, now));
            log.atWarn()
                    .addKeyValue("slot", gateway.slot())
                    .addKeyValue("incarnation", gateway.incarnation())
                    .addKeyValue("sessions", closed)
                    .log("gateway silent beyond its lease, its sessions are taken for over");
        }
    }

    /**
     * Until nothing more is found, a thousand at a time. Another instance that has found the same is not waited for: where it was first
     * with everything, the rest is left to it.
     */
    private void signalAll(Supplier<Future<List<Found>>> search, Function<Found, Signal> signal) {
        for (int i = 0; i < MOST_STATEMENTS; i++) {
            List<Found> found = Rounds.await(search.get());
            List<Command.Change> changed = Rounds.await(changes.applyToFree(found.stream()
                    .map(one -> new CommandChanges.Change(one.commandId(), one.deviceId(), signal.apply(one)))
                    .toList()));
            if (found.size() < SweepStore.LIMIT || changed.isEmpty()) {
                return;
            }
        }
    }

    private void dispatchAll(Supplier<Future<List<String>>> search) {
        for (int i = 0; i < MOST_STATEMENTS; i++) {
            List<String> devices = Rounds.await(search.get());
            int sent = Rounds.await(dispatcher.dispatchNext(devices));
            if (devices.size() < SweepStore.LIMIT || sent == 0) {
                return;
            }
        }
    }

    @Override
    public void close() {
        rounds.close();
        leases.close();
        reports.close();
    }
}
