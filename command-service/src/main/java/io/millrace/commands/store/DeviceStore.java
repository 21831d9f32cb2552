package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import io.millrace.commands.store.SessionStore.Presence;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The table {@code devices}. A change of a registered device and its record for {@code device-registry} are one transaction;
 * the row's lock gives the records of one device their order.
 */
public final class DeviceStore {
    /** For an insertion: who was only seen becomes registered. */
    static final String REGISTER_SEEN = """
            update set registered = true, type = excluded.type, labels = excluded.labels,
                attributes = excluded.attributes, config = excluded.config, secrets = excluded.secrets,
                jwt_keys = excluded.jwt_keys, certificate_fingerprints = excluded.certificate_fingerprints,
                psk_generation = excluded.psk_generation, enabled = excluded.enabled, revision = d.revision + 1, updated_at = excluded.updated_at
                where not d.registered""";

    /** Longer than Kafka keeps what devices say. */
    private static final Duration REMEMBERED = Duration.ofDays(400);

    private final Database database;
    private final OutboxStore outbox;

    public DeviceStore(Database database, OutboxStore outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** False if a device with that id is registered already; one that was only seen becomes registered. */
    public Future<Boolean> create(Device device) {
        return insert(device, REGISTER_SEEN);
    }

    /** False if a device with that id is there, be it registered or only seen. */
    public Future<Boolean> createUnseen(Device device) {
        return insert(device, "nothing");
    }

    private Future<Boolean> insert(Device device, String onConflict) {
        return database.transaction(connection -> Database.query(
                        connection,
                        """
                        insert into devices as d (id, registered, type, labels, attributes, config, secrets, enabled, revision,
                            created_at, updated_at, jwt_keys, certificate_fingerprints, psk_generation)
                        values ($1, true, $2, $3::text::jsonb, $4::text::jsonb, $5::text::jsonb, $6, $7, 1, $8, $8,
                            $9::text::jsonb, $10, $11)
                        on conflict (id) do %s
                        returning %s""".formatted(onConflict, DeviceRow.COLUMNS),
                        device.id().value(),
                        device.type().orElse(null),
                        text(device.labels()),
                        text(device.attributes()),
                        device.config().map(Columns::text).orElse(null),
                        DeviceRow.secrets(device),
                        device.enabled(),
                        time(device.createdAt()),
                        text(device.credentials().jwtKeys()),
                        texts(device.credentials().certificateFingerprints()),
                        DeviceRow.pskGeneration(device))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(false)
                        : publish(connection, DeviceRow.device(rows.iterator().next()))
                                .map(true)));
    }

    /** Empty if there is no such device; else as it is afterwards. */
    public Future<Optional<Device>> change(DeviceId id, Instant now, UnaryOperator<Device> change) {
        return change(id, now, (connection, device) -> Future.succeededFuture(change.apply(device)));
    }

    /**
     * Gives the device a generation of its key for TLS-PSK that no device has had before. Empty if there is no such device; else as it
     * is afterwards.
     */
    public Future<Optional<Device>> nextPskGeneration(DeviceId id, Instant now, int atLeast) {
        return change(id, now, (connection, device) -> Database.query(
                        connection, "update psk_generations set last = greatest(last + 1, $1) returning last", atLeast)
                .map(rows -> device.withCredentials(device.credentials()
                        .withPskGeneration(OptionalInt.of(rows.iterator().next().getInteger("last"))))));
    }

    private Future<Optional<Device>> change(
            DeviceId id, Instant now, BiFunction<SqlConnection, Device, Future<Device>> change) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "select " + DeviceRow.COLUMNS + " from devices d where d.id = $1 for update",
                        id.value())
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    return change.apply(
                                    connection, DeviceRow.device(rows.iterator().next()))
                            .map(device -> device.changed(now))
                            .compose(device -> update(connection, device)
                                    .compose(done -> publish(connection, device))
                                    .map(Optional.of(device)));
                }));
    }

    private static Future<Void> update(SqlConnection connection, Device device) {
        return Database.query(
                        connection,
                        """
                        update devices set registered = $2, type = $3, labels = $4::text::jsonb,
                            attributes = $5::text::jsonb, config = $6::text::jsonb, secrets = $7, enabled = $8, revision = $9,
                            updated_at = $10, jwt_keys = $11::text::jsonb, certificate_fingerprints = $12, psk_generation = $13, anonymous = $14
                        where id = $1""",
                        device.id().value(),
                        device.registered(),
                        device.type().orElse(null),
                        text(device.labels()),
                        text(device.attributes()),
                        device.config().map(Columns::text).orElse(null),
                        DeviceRow.secrets(device),
                        device.enabled(),
                        device.revision(),
                        time(device.updatedAt()),
                        text(device.credentials().jwtKeys()),
                        texts(device.credentials().certificateFingerprints()),
                        DeviceRow.pskGeneration(device),
                        device.anonymous())
                .mapEmpty();
    }

    private Future<Void> publish(SqlConnection connection, Device device) {
        return outbox.append(
                connection,
                OutboxStore.Topic.DEVICE_REGISTRY,
                device.id().value(),
                Optional.of(text(device.toRecord())),
                device.updatedAt());
    }

    /**
     * False if there is no such device. Its history and its commands stay until their time is over; that it was deleted is kept, so that
     * what Kafka still holds of it does not bring it back.
     */
    public Future<Boolean> delete(DeviceId id, Instant now) {
        return database.transaction(
                connection -> Database.query(connection, "delete from devices where id = $1", id.value())
                        .compose(rows -> rows.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : Future.all(
                                                outbox.append(
                                                        connection,
                                                        OutboxStore.Topic.DEVICE_REGISTRY,
                                                        id.value(),
                                                        Optional.empty(),
                                                        now),
                                                StateStore.delete(connection, id),
                                                rememberDeleted(connection, id, now),
                                                Database.query(
                                                        connection,
                                                        "delete from device_diagnostics where device_id = $1",
                                                        id.value()))
                                        .map(true)));
    }

    private static Future<Void> rememberDeleted(SqlConnection connection, DeviceId id, Instant now) {
        return Future.all(
                        Database.query(
                                connection,
                                "insert into deleted_devices (id, deleted_at) values ($1, $2)"
                                        + " on conflict (id) do update set deleted_at = excluded.deleted_at",
                                id.value(),
                                time(now)),
                        Database.query(
                                connection,
                                "delete from deleted_devices where deleted_at < $1",
                                time(now.minus(REMEMBERED))))
                .mapEmpty();
    }

    /**
     * Devices that a gateway has let in though nobody entered them.
     *
     * @param signs of life, by id; a device that was deleted after its last one is not entered again
     */
    public Future<Void> seen(SqlConnection connection, Map<String, Instant> signs, Instant now) {
        List<Map.Entry<String, Instant>> all = List.copyOf(signs.entrySet());
        return Database.query(
                        connection, """
                        insert into devices (id, registered, created_at, updated_at)
                        select t.id, false, $3, $3 from unnest($1::text[], $2::timestamptz[]) as t(id, at)
                        where not exists (select from devices d where d.id = t.id)
                            and not exists (select from deleted_devices x where x.id = t.id and x.deleted_at >= t.at)
                        order by t.id
                        on conflict do nothing""", texts(all, Map.Entry::getKey), times(all, Map.Entry::getValue), time(now))
                .mapEmpty();
    }

    /** A device with its presence; empty if it never connected. */
    public record Present(Device device, Optional<Presence> presence) {}

    public Future<Optional<Present>> find(DeviceId id) {
        return database.query(
                        "select " + DeviceRow.WITH_PRESENCE
                                + " from devices d left join sessions s on s.device_id = d.id" + " where d.id = $1",
                        id.value())
                .map(rows -> mapped(rows, DeviceRow::present).stream().findFirst());
    }

    public Future<Boolean> exists(DeviceId id) {
        return database.query("select from devices where id = $1", id.value()).map(rows -> rows.size() > 0);
    }
}
