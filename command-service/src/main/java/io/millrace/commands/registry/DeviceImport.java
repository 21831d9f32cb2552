package io.millrace.commands.registry;

import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.store.Credentials;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceImportStore;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters devices by the hundred, each batch one transaction with its records for {@code device-registry}. What the database refuses of a
 * batch is narrowed down to its line; where the database is away the batch is tried again for a while. On the event loop of whoever
 * calls.
 */
public final class DeviceImport {
    private static final Logger log = LoggerFactory.getLogger(DeviceImport.class);
    private static final int TRIES = 30;
    private static final long PAUSE_MILLIS = 1_000;

    private final Vertx vertx;
    private final Database database;
    private final DeviceImportStore store;
    private final DeviceRegistry registry;
    private final RegistryPublisher publisher;
    private final Clock clock;

    public DeviceImport(
            Vertx vertx,
            Database database,
            DeviceImportStore store,
            DeviceRegistry registry,
            RegistryPublisher publisher,
            Clock clock) {
        this.vertx = vertx;
        this.database = database;
        this.store = store;
        this.registry = registry;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** What is to happen where a device is registered already. */
    public enum OnConflict {
        FAIL,
        SKIP,
        UPDATE
    }

    /**
     * A device to enter.
     *
     * @param number of the line
     * @param psk whether it is to have a key for TLS-PSK
     * @param change what the line says of a device that is there; may throw
     */
    public record Line(
            long number, DeviceRegistry.Entry entry, boolean enabled, boolean psk, UnaryOperator<Device> change) {
        String id() {
            return entry.id().value();
        }
    }

    /** What became of a line. */
    public enum Outcome {
        CREATED,
        UPDATED,
        UNCHANGED,
        SKIPPED,
        /** There is such a device, and that was not to be. */
        EXISTS,
        /** The line's change is none, or the database has no place for something in it. */
        REFUSED
    }

    /**
     * @param secret made up for it, told this once
     * @param pskGeneration of its new key
     * @param disabled it was there, and is not let in any more
     * @param failure of a line that was refused
     */
    public record Result(
            Line line,
            Outcome outcome,
            Optional<String> secret,
            OptionalInt pskGeneration,
            boolean disabled,
            Optional<RuntimeException> failure) {
        private static Result of(Line line, Outcome outcome) {
            return new Result(line, outcome, Optional.empty(), OptionalInt.empty(), false, Optional.empty());
        }

        private static Result refused(Line line, RuntimeException failure) {
            return new Result(
                    line, Outcome.REFUSED, Optional.empty(), OptionalInt.empty(), false, Optional.of(failure));
        }
    }

    /** A line with what will be entered for it. */
    private record Wanted(Line line, Device device, Optional<String> newSecret) {}

    /**
     * One result for each line. No id twice.
     *
     * @param generate whether a device without anything to show gets a secret
     */
    public Future<List<Result>> enter(List<Line> lines, OnConflict onConflict, boolean generate) {
        Instant now = clock.instant();
        List<Wanted> wanted =
                lines.stream().map(line -> wanted(line, generate, now)).toList();
        return enter(wanted, onConflict, now, TRIES).onSuccess(results -> {
            publisher.publish();
            results.stream()
                    .filter(Result::disabled)
                    .forEach(result ->
                            registry.rejectWaiting(result.line().entry().id()));
        });
    }

    /** After the last batch. */
    public void end() {
        store.settle().onFailure(failure -> log.atWarn()
                .addKeyValue("reason", failure.toString())
                .log("index of ids not settled, searches take longer for a while"));
    }

    private static Wanted wanted(Line line, boolean generate, Instant now) {
        DeviceRegistry.Entry entry = line.entry();
        Optional<String> made = generate && entry.hasNothingToShow() && !line.psk()
                ? Optional.of(SecretDigest.newSecret())
                : Optional.empty();
        Device device = entry.device(made.or(entry::secret), line.enabled(), now);
        return new Wanted(line, device, made);
    }

    private Future<List<Result>> enter(List<Wanted> wanted, OnConflict onConflict, Instant now, int tries) {
        return database.transaction(connection -> enter(connection, wanted, onConflict, now))
                .recover(failure -> {
                    if (Database.isBadData(failure) || failure instanceof IllegalArgumentException) {
                        return narrow(wanted, onConflict, now, failure);
                    }
                    if (Database.isFaultOfOurs(failure) || tries == 1) {
                        return Future.failedFuture(failure);
                    }
                    return vertx.timer(PAUSE_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)
                            .compose(v -> enter(wanted, onConflict, now, tries - 1));
                });
    }

    private Future<List<Result>> narrow(List<Wanted> wanted, OnConflict onConflict, Instant now, Throwable failure) {
        if (wanted.size() == 1) {
            return Future.succeededFuture(List.of(Result.refused(
                    wanted.get(0).line(),
                    new IllegalArgumentException("the database refuses it: " + failure.getMessage(), failure))));
        }
        int half = wanted.size() / 2;
        return enter(wanted.subList(0, half), onConflict, now, TRIES)
                .compose(first -> enter(wanted.subList(half, wanted.size()), onConflict, now, TRIES)
                        .map(second -> {
                            List<Result> both = new ArrayList<>(first);
                            both.addAll(second);
                            return both;
                        }));
    }

    private Future<List<Result>> enter(
            SqlConnection connection, List<Wanted> plain, OnConflict onConflict, Instant now) {
        return withPskGenerations(connection, plain, now).compose(wanted -> {
            Map<String, Wanted> byId = new LinkedHashMap<>();
            wanted.forEach(one -> byId.put(one.line().id(), one));
            return store.insert(connection, wanted.stream().map(Wanted::device).toList(), now)
                    .compose(created -> {
                        Map<String, Result> results = new HashMap<>();
                        created.forEach(device -> results.put(device.id().value(), created(of(device, byId))));
                        List<String> others = byId.keySet().stream()
                                .filter(id -> !results.containsKey(id))
                                .toList();
                        return store.lock(connection, others)
                                .compose(there ->
                                        store.update(connection, changed(there, byId, onConflict, results), now))
                                .compose(updated -> {
                                    List<Device> news = new ArrayList<>(created);
                                    news.addAll(updated);
                                    return store.publish(connection, news, now).map(updated);
                                })
                                .map(updated -> wanted.stream()
                                        .map(one -> results.getOrDefault(
                                                one.line().id(), Result.of(one.line(), Outcome.EXISTS)))
                                        .toList());
                    });
        });
    }

    private Future<List<Wanted>> withPskGenerations(SqlConnection connection, List<Wanted> wanted, Instant now) {
        int keys = (int) wanted.stream().filter(one -> one.line().psk()).count();
        return keys == 0
                ? Future.succeededFuture(wanted)
                : store.reservePskGenerations(connection, keys, DeviceRegistry.leastPskGeneration(now))
                        .map(first -> {
                            int next = first;
                            List<Wanted> numbered = new ArrayList<>();
                            for (Wanted one : wanted) {
                                Credentials credentials = one.device().credentials();
                                numbered.add(
                                        one.line().psk()
                                                ? new Wanted(
                                                        one.line(),
                                                        one.device()
                                                                .withCredentials(credentials.withPskGeneration(
                                                                        OptionalInt.of(next++))),
                                                        one.newSecret())
                                                : one);
                            }
                            return numbered;
                        });
    }

    private static Wanted of(Device device, Map<String, Wanted> byId) {
        return Objects.requireNonNull(byId.get(device.id().value()));
    }

    private static Result created(Wanted wanted) {
        return new Result(
                wanted.line(),
                Outcome.CREATED,
                wanted.newSecret(),
                wanted.device().credentials().pskGeneration(),
                false,
                Optional.empty());
    }

    /** What is to be written of those that are there; what becomes of their lines goes into the results. */
    private static List<Device> changed(
            List<Device> there, Map<String, Wanted> byId, OnConflict onConflict, Map<String, Result> results) {
        List<Device> changes = new ArrayList<>();
        for (Device device : there) {
            Wanted wanted = of(device, byId);
            Line line = wanted.line();
            if (isOurs(device, wanted)) {
                results.put(line.id(), created(wanted));
            } else if (onConflict != OnConflict.UPDATE) {
                results.put(
                        line.id(), Result.of(line, onConflict == OnConflict.SKIP ? Outcome.SKIPPED : Outcome.EXISTS));
            } else {
                results.put(line.id(), changed(device, wanted, changes));
            }
        }
        return changes;
    }

    /** A try before was committed, and the connection broke before we heard it. */
    private static boolean isOurs(Device there, Wanted wanted) {
        List<SecretDigest> secrets = wanted.device().credentials().secrets();
        return !secrets.isEmpty() && secrets.equals(there.credentials().secrets());
    }

    private static Result changed(Device device, Wanted wanted, List<Device> changes) {
        Line line = wanted.line();
        Device after;
        try {
            after = line.change().apply(device);
        } catch (RuntimeException e) {
            return Result.refused(line, e);
        }
        boolean newKey = line.psk() && device.credentials().pskGeneration().isEmpty();
        OptionalInt generation = newKey ? wanted.device().credentials().pskGeneration() : OptionalInt.empty();
        if (newKey) {
            after = after.withCredentials(after.credentials().withPskGeneration(generation));
        }
        if (after.equals(device)) {
            return Result.of(line, Outcome.UNCHANGED);
        }
        changes.add(after);
        return new Result(line, Outcome.UPDATED, Optional.empty(), generation, !after.enabled(), Optional.empty());
    }
}
