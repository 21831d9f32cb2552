package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.GatewayStore;
import io.millrace.commands.store.GatewayStore.Heard;
import io.millrace.commands.store.GatewayStore.Sign;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.SessionStore.Change;
import io.millrace.commands.store.SweepStore;
import io.millrace.commands.store.SweepStore.Found;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * From {@code device-sessions} into the database: who is connected where. Then what follows: sessions of a gateway that can be
 * heard again are connected again, commands sent into sessions that have ended are queued again, and devices that have become
 * ready are sent what waits for them. All instances share the
 * partitions; the order of epochs and incarnations makes it safe whichever reads what first.
 */
public final class SessionIntake {
    private final Database database;
    private final SessionStore sessions;
    private final GatewayStore gateways;
    private final DeviceStore devices;
    private final SweepStore sweeps;
    private final CommandChanges changes;
    private final Dispatcher dispatcher;
    private final CommandServiceMetrics metrics;
    private final Clock clock;
    /** Incarnations that the database has, by slot; spares a write to the gateways' rows with every session. */
    private final Map<Integer, Long> known = new ConcurrentHashMap<>();

    public SessionIntake(
            Database database,
            SessionStore sessions,
            GatewayStore gateways,
            DeviceStore devices,
            SweepStore sweeps,
            CommandChanges changes,
            Dispatcher dispatcher,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.database = database;
        this.sessions = sessions;
        this.gateways = gateways;
        this.devices = devices;
        this.sweeps = sweeps;
        this.changes = changes;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.SESSIONS, record -> Json.read(record.value(), SessionEvent.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<SessionEvent>> batch) {
        Instant now = clock.instant();
        SessionFold fold = new SessionFold(now);
        batch.forEach(one -> fold.add(one.value(), one.record().offset()));
        Set<String> ids = fold.sessions().stream().map(Change::deviceId).collect(Collectors.toSet());
        return database.transaction(connection -> write(connection, fold, ids, now))
                .onSuccess(heard -> fold.gateways().forEach(sign -> known.put(sign.slot(), sign.incarnation())))
                .compose(heard -> closeOfEnded(heard, now)
                        .compose(ended -> revive(heard, now).map(ended))
                        .compose(ended -> settle(ids, ended, now))
                        .compose(done -> sendWaiting(ids, heard)));
    }

    /** All statements go out together; what the gateways' signs meant comes back. */
    private Future<List<Heard>> write(SqlConnection connection, SessionFold fold, Set<String> ids, Instant now) {
        List<Sign> signs = fold.gateways().stream()
                .filter(sign -> !sign.isByTheWay() || !Objects.equals(known.get(sign.slot()), sign.incarnation()))
                .toList();
        Future<List<Heard>> heard =
                signs.isEmpty() ? Future.succeededFuture(List.of()) : gateways.hear(connection, signs, now);
        if (ids.isEmpty()) {
            return heard;
        }
        Future<Void> seen = devices.seen(connection, arrived(fold), now);
        Future<Void> applied = sessions.apply(connection, fold.sessions());
        return Future.all(heard, seen, applied).compose(done -> heard);
    }

    /** The end of a session brings no device back: it may have ended because the device was deleted. */
    private static Map<String, Instant> arrived(SessionFold fold) {
        return fold.sessions().stream()
                .filter(session -> session.connected() || session.clientId().isPresent())
                .collect(Collectors.toMap(Change::deviceId, Change::connectedSince));
    }

    private Future<Boolean> closeOfEnded(List<Heard> heard, Instant now) {
        return heard.stream().anyMatch(Heard::ended)
                ? sessions.closeOfEndedGateways(now).map(true)
                : Future.succeededFuture(false);
    }

    /** Should this fail after the heartbeat is committed, or cross with the sweeper that closes, the sweeper makes it good. */
    private Future<Integer> revive(List<Heard> heard, Instant now) {
        return heard.stream().anyMatch(Heard::revived)
                ? sessions.reviveOfHeardGateways(now)
                : Future.succeededFuture(0);
    }

    /** What was sent into a session that is over is queued again. */
    private Future<Void> settle(Set<String> ids, boolean gatewaysEnded, Instant now) {
        Future<List<Found>> orphans = gatewaysEnded ? sweeps.orphans() : sweeps.orphansOf(ids);
        return orphans.compose(found -> changes.apply(found.stream()
                        .map(one -> new CommandChanges.Change(
                                one.commandId(), one.deviceId(), new Signal.SessionEnded(one.epoch(), now)))
                        .toList()))
                .mapEmpty();
    }

    private Future<Void> sendWaiting(Set<String> ids, List<Heard> heard) {
        Set<Integer> revived =
                heard.stream().filter(Heard::revived).map(Heard::slot).collect(Collectors.toSet());
        return sessions.ready(ids, revived).compose(dispatcher::dispatchNext).mapEmpty();
    }
}
