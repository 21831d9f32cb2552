package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.store.SessionStore.Presence;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code devices}. A change of a registered device and its record for {@code device-registry} are one transaction;
 * the row's lock gives the records of one device their order.
 */
public final class DeviceStore {
    private static final String DEVICE_COLUMNS =
            "d.id, d.registered, d.type, d.labels::text as labels, d.attributes::text as attributes,"
                    + " d.config::text as config, d.secrets, d.jwt_keys::text as jwt_keys, d.certificate_fingerprints, d.psk_generation, d.anonymous, d.enabled, d.revision, d.created_at, d.updated_at";
    private static final String PRESENT_COLUMNS = DEVICE_COLUMNS
            + ", s.connected, s.ready, s.slot, s.epoch, s.client_id, s.protocol, s.address, s.connected_since,"
            + " s.closed_at, s.close_reason";

    private static final String REGISTER_SEEN = """
            update set registered = true, type = excluded.type, labels = excluded.labels,
                attributes = excluded.attributes, config = excluded.config, secrets = excluded.secrets,
                jwt_keys = excluded.jwt_keys, certificate_fingerprints = excluded.certificate_fingerprints,
                psk_generation = excluded.psk_generation, enabled = excluded.enabled, revision = d.revision + 1, updated_at = excluded.updated_at
                where not d.registered""";

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
                        returning %s""".formatted(onConflict, DEVICE_COLUMNS),
                        device.id().value(),
                        device.type().orElse(null),
                        text(device.labels()),
                        text(device.attributes()),
                        device.config().map(Columns::text).orElse(null),
                        secrets(device),
                        device.enabled(),
                        time(device.createdAt()),
                        text(device.credentials().jwtKeys()),
                        texts(device.credentials().certificateFingerprints()),
                        pskGeneration(device))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(false)
                        : publish(connection, device(rows.iterator().next())).map(true)));
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
                        "select " + DEVICE_COLUMNS + " from devices d where d.id = $1 for update",
                        id.value())
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    return change.apply(connection, device(rows.iterator().next()))
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
                        secrets(device),
                        device.enabled(),
                        device.revision(),
                        time(device.updatedAt()),
                        text(device.credentials().jwtKeys()),
                        texts(device.credentials().certificateFingerprints()),
                        pskGeneration(device),
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

    /** False if there is no such device. Its history and its commands stay until their time is over. */
    public Future<Boolean> delete(DeviceId id, Instant now) {
        return database.transaction(
                connection -> Database.query(connection, "delete from devices where id = $1", id.value())
                        .compose(rows -> rows.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : outbox.append(
                                                connection,
                                                OutboxStore.Topic.DEVICE_REGISTRY,
                                                id.value(),
                                                Optional.empty(),
                                                now)
                                        .map(true)));
    }

    /** Devices that a gateway has let in though nobody entered them. */
    public Future<Void> seen(SqlConnection connection, Collection<String> ids, Instant now) {
        return Database.query(connection, """
                        insert into devices (id, registered, created_at, updated_at)
                        select t.id, false, $2, $2 from unnest($1::text[]) as t(id)
                        where not exists (select from devices d where d.id = t.id)
                        order by t.id
                        on conflict do nothing""", texts(ids), time(now)).mapEmpty();
    }

    /** A device with its presence; empty if it never connected. */
    public record Present(Device device, Optional<Presence> presence) {}

    public Future<Optional<Present>> find(DeviceId id) {
        return database.query(
                        "select " + PRESENT_COLUMNS + " from devices d left join sessions s on s.device_id = d.id"
                                + " where d.id = $1",
                        id.value())
                .map(rows -> mapped(rows, DeviceStore::present).stream().findFirst());
    }

    public Future<Boolean> exists(DeviceId id) {
        return database.query("select from devices where id = $1", id.value()).map(rows -> rows.size() > 0);
    }

    /**
     * Which devices to list.
     *
     * @param text part of the id
     */
    public record Filter(
            Optional<String> type, Map<String, String> labels, Optional<Boolean> connected, Optional<String> text) {}

    /** By id, those after {@code after}. */
    public Future<List<Present>> list(Filter filter, String after, int limit) {
        return database.query(
                        "select " + PRESENT_COLUMNS + """
                                 from devices d left join sessions s on s.device_id = d.id
                                where d.id > $1
                                    and ($2::text is null or d.type = $2)
                                    and ($3::text is null or d.labels @> $3::text::jsonb)
                                    and ($4::bool is null or coalesce(s.connected, false) = $4)
                                    and ($5::text is null or position(lower($5) in lower(d.id)) > 0)
                                order by d.id
                                limit $6""",
                        after,
                        filter.type().orElse(null),
                        filter.labels().isEmpty() ? null : text(filter.labels()),
                        filter.connected().orElse(null),
                        filter.text().orElse(null),
                        limit)
                .map(rows -> Columns.mapped(rows, DeviceStore::present));
    }

    private static String[] secrets(Device device) {
        return texts(device.credentials().secrets(), SecretDigest::text);
    }

    private static @Nullable Integer pskGeneration(Device device) {
        OptionalInt generation = device.credentials().pskGeneration();
        return generation.isPresent() ? generation.getAsInt() : null;
    }

    private static Credentials credentials(Row row) {
        @Nullable Integer generation = row.getInteger("psk_generation");
        return new Credentials(
                Stream.of(row.getArrayOfStrings("secrets"))
                        .map(SecretDigest::parse)
                        .toList(),
                List.of(Json.read(row.getString("jwt_keys").getBytes(UTF_8), JwtKey[].class)),
                List.of(row.getArrayOfStrings("certificate_fingerprints")),
                generation == null ? OptionalInt.empty() : OptionalInt.of(generation));
    }

    private static Present present(Row row) {
        return new Present(device(row), SessionStore.presence(row));
    }

    private static Device device(Row row) {
        Map<String, String> labels = new HashMap<>();
        Columns.json(row, "labels")
                .properties()
                .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        Map<String, JsonNode> attributes = new HashMap<>();
        Columns.json(row, "attributes").properties().forEach(e -> attributes.put(e.getKey(), e.getValue()));
        return new Device(
                new DeviceId(row.getString("id")),
                row.getBoolean("registered"),
                maybeText(row, "type"),
                Map.copyOf(labels),
                Map.copyOf(attributes),
                Columns.maybeJson(row, "config"),
                credentials(row),
                row.getBoolean("anonymous"),
                row.getBoolean("enabled"),
                row.getLong("revision"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"));
    }
}
