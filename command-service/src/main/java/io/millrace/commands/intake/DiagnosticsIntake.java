package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceDiary;
import io.millrace.commands.store.DiagnosticsStore;
import io.millrace.commands.store.DiagnosticsStore.Kept;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From {@code device-sessions} and {@code device-diagnostics} into the devices' diaries. A record that is read again is not counted
 * again. Behind everything else: should it lag, nobody waits for it but a person who looks.
 */
public final class DiagnosticsIntake {
    private final Database database;
    private final DiagnosticsStore diaries;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public DiagnosticsIntake(Database database, DiagnosticsStore diaries, CommandServiceMetrics metrics, Clock clock) {
        this.database = database;
        this.diaries = diaries;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler sessions() {
        return new BatchIntake<>(
                Intake.CONNECTS,
                record -> Json.read(record.value(), SessionEvent.class),
                this::takeSessions,
                metrics,
                clock);
    }

    public RecordHandler trouble() {
        return new BatchIntake<>(
                Intake.DIAGNOSTICS,
                record -> Json.read(record.value(), DeviceDiagnostic.class),
                this::takeTrouble,
                metrics,
                clock);
    }

    /** What a record does to its device's diary. */
    private record Entry(String deviceId, ConsumerRecord<byte[], byte[]> record, Change change) {
        Instant at() {
            return Instant.ofEpochMilli(record.timestamp());
        }
    }

    @FunctionalInterface
    private interface Change {
        DeviceDiary apply(DeviceDiary diary);
    }

    private Future<Void> takeSessions(List<Decoded<SessionEvent>> batch) {
        List<Entry> entries = new ArrayList<>();
        for (Decoded<SessionEvent> one : batch) {
            if (one.value() instanceof SessionEvent.Opened || one.value() instanceof SessionEvent.Closed) {
                SessionEvent.OfDevice event = (SessionEvent.OfDevice) one.value();
                long offset = one.record().offset();
                entries.add(new Entry(event.deviceId().value(), one.record(), diary -> diary.with(event, offset)));
            }
        }
        return write(entries, true);
    }

    private Future<Void> takeTrouble(List<Decoded<DeviceDiagnostic>> batch) {
        return write(
                batch.stream()
                        .map(one -> new Entry(
                                one.value().deviceId().value(), one.record(), diary -> diary.with(one.value())))
                        .toList(),
                false);
    }

    private Future<Void> write(List<Entry> entries, boolean sessions) {
        if (entries.isEmpty()) {
            return Future.succeededFuture();
        }
        Map<String, Instant> signs = new HashMap<>();
        Map<String, List<Entry>> byDevice = new HashMap<>();
        for (Entry entry : entries) {
            signs.merge(entry.deviceId(), entry.at(), (a, b) -> a.isAfter(b) ? a : b);
            byDevice.computeIfAbsent(entry.deviceId(), id -> new ArrayList<>()).add(entry);
        }
        return database.transaction(connection -> diaries.open(connection, signs)
                .compose(kept -> diaries.save(
                        connection,
                        kept.stream()
                                .map(one -> written(one, byDevice.getOrDefault(one.deviceId(), List.of()), sessions))
                                .toList())));
    }

    private static Kept written(Kept kept, List<Entry> entries, boolean sessions) {
        DeviceDiary diary = kept.diary();
        long last = sessions ? kept.sessionsPos() : kept.troublePos();
        Instant updated = kept.updatedAt();
        for (Entry entry : entries) {
            if (entry.record().offset() > last || entry.at().isAfter(updated)) {
                diary = entry.change().apply(diary);
                last = entry.record().offset();
                updated = entry.at().isAfter(updated) ? entry.at() : updated;
            }
        }
        return new Kept(
                kept.deviceId(),
                diary,
                sessions ? last : kept.sessionsPos(),
                sessions ? kept.troublePos() : last,
                updated);
    }
}
