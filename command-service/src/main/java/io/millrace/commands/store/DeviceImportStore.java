package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code devices}, many rows a statement. Whoever calls does it in one transaction with the records for
 * {@code device-registry}; rows are locked by id, so that two imports of the same devices wait for each other in order.
 */
public final class DeviceImportStore {
    private static final String COLUMNS = """
            unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::text[],
                $9::text[], $10::int[], $11::bool[]) as t(id, type, labels, attributes, config, secrets, enabled, jwt_keys,
                fingerprints, psk_generation, anonymous)""";

    private final Database database;
    private final OutboxStore outbox;

    public DeviceImportStore(Database database, OutboxStore outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** Those that were not registered, as they are now; the others are left alone. No id twice. */
    public Future<List<Device>> insert(SqlConnection transaction, Collection<Device> devices, Instant now) {
        return devices.isEmpty()
                ? Future.succeededFuture(List.of())
                : Database.query(
                                transaction,
                                """
                        insert into devices as d (id, registered, type, labels, attributes, config, secrets, enabled, revision,
                            created_at, updated_at, jwt_keys, certificate_fingerprints, psk_generation)
                        select t.id, true, t.type, t.labels::jsonb, t.attributes::jsonb, t.config::jsonb,
                            string_to_array(t.secrets, ' '), t.enabled, 1, $12, $12, t.jwt_keys::jsonb,
                            string_to_array(t.fingerprints, ' '), t.psk_generation
                        from %s
                        order by t.id
                        on conflict (id) do %s
                        returning %s""".formatted(COLUMNS, DeviceStore.REGISTER_SEEN, DeviceRow.COLUMNS),
                                values(devices, now))
                        .map(rows -> mapped(rows, DeviceRow::device));
    }

    /** Those of these that are there, locked. */
    public Future<List<Device>> lock(SqlConnection transaction, Collection<String> ids) {
        return ids.isEmpty()
                ? Future.succeededFuture(List.of())
                : Database.query(
                                transaction,
                                "select " + DeviceRow.COLUMNS
                                        + " from devices d where d.id = any($1) order by d.id for update",
                                (Object) texts(ids))
                        .map(rows -> mapped(rows, DeviceRow::device));
    }

    /** Of rows that are locked; the next revision of each. */
    public Future<List<Device>> update(SqlConnection transaction, Collection<Device> devices, Instant now) {
        List<Device> changed =
                devices.stream().map(device -> device.changed(now)).toList();
        return changed.isEmpty()
                ? Future.succeededFuture(List.of())
                : Database.query(transaction, """
                        update devices d set registered = true, type = t.type, labels = t.labels::jsonb,
                            attributes = t.attributes::jsonb, config = t.config::jsonb,
                            secrets = string_to_array(t.secrets, ' '), enabled = t.enabled, revision = d.revision + 1,
                            updated_at = $12, jwt_keys = t.jwt_keys::jsonb,
                            certificate_fingerprints = string_to_array(t.fingerprints, ' '),
                            psk_generation = t.psk_generation, anonymous = t.anonymous
                        from %s
                        where d.id = t.id""".formatted(COLUMNS), values(changed, now))
                        .map(changed);
    }

    /** The records of {@code device-registry} that say how these are now. */
    public Future<Void> publish(SqlConnection transaction, List<Device> devices, Instant now) {
        return outbox.appendAll(
                transaction,
                OutboxStore.Topic.DEVICE_REGISTRY,
                devices.stream()
                        .map(device -> new OutboxStore.Item(device.id().value(), Optional.of(text(device.toRecord()))))
                        .toList(),
                now);
    }

    /** The first of so many generations of keys for TLS-PSK that no device has had before. */
    public Future<Integer> reservePskGenerations(SqlConnection transaction, int count, int atLeast) {
        return Database.query(
                        transaction,
                        "update psk_generations set last = greatest(last + $1, $2::int + $1 - 1) returning last",
                        count,
                        atLeast)
                .map(rows -> rows.iterator().next().getInteger("last") - count + 1);
    }

    /** Registered devices behind that id, locked against change until the transaction ends. */
    public Future<List<Device>> next(SqlConnection transaction, String after, int limit) {
        return Database.query(
                        transaction,
                        "select " + DeviceRow.COLUMNS
                                + " from devices d where d.registered and d.id > $1 order by d.id limit $2 for share",
                        after,
                        limit)
                .map(rows -> mapped(rows, DeviceRow::device));
    }

    /** Those of these ids under which nobody is registered. */
    public Future<List<String>> unknown(Collection<String> ids) {
        return database.query(
                        "select t.id from unnest($1::text[]) t(id)"
                                + " where not exists (select from devices d where d.id = t.id and d.registered)",
                        (Object) texts(ids))
                .map(rows -> mapped(rows, row -> row.getString("id")));
    }

    /** While nobody can be entered, so that no tombstone follows the record of a new device; how many. */
    public Future<Integer> bury(Collection<String> ids, Instant now) {
        return database.transaction(
                connection -> Database.query(connection, "lock table devices in share row exclusive mode")
                        .compose(locked -> Database.query(connection, """
                        insert into registry_outbox (topic, key, value, created_at)
                        select 'device-registry', t.id, null, $2 from unnest($1::text[]) t(id)
                        where not exists (select from devices d where d.id = t.id and d.registered)""", texts(ids), time(now)))
                        .map(io.vertx.sqlclient.SqlResult::rowCount));
    }

    /** Searches would have to look through what has not found its place in the index yet. */
    public Future<Void> settle() {
        return database.query("select gin_clean_pending_list('devices_by_part')")
                .mapEmpty();
    }

    private static @Nullable Object[] values(Collection<Device> devices, Instant now) {
        return new @Nullable Object[] {
            texts(devices, device -> device.id().value()),
            texts(devices, device -> device.type().orElse(null)),
            texts(devices, device -> text(device.labels())),
            texts(devices, device -> text(device.attributes())),
            texts(devices, device -> device.config().map(Columns::text).orElse(null)),
            texts(devices, device -> String.join(" ", DeviceRow.secrets(device))),
            Columns.flags(devices, Device::enabled),
            texts(devices, device -> text(device.credentials().jwtKeys())),
            texts(devices, device -> String.join(" ", device.credentials().certificateFingerprints())),
            devices.stream().map(DeviceRow::pskGeneration).toArray(Integer[]::new),
            Columns.flags(devices, Device::anonymous),
            time(now)
        };
    }
}
