package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.store.DeviceStore.Present;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Between a row of {@code devices}, called d, and a {@link Device}. */
final class DeviceRow {
    static final String COLUMNS =
            "d.id, d.registered, d.type, d.labels::text as labels, d.attributes::text as attributes,"
                    + " d.config::text as config, d.secrets, d.jwt_keys::text as jwt_keys, d.certificate_fingerprints,"
                    + " d.psk_generation, d.anonymous, d.enabled, d.revision, d.created_at, d.updated_at";
    /** With those of its row of {@code sessions}, called s. */
    static final String WITH_PRESENCE = COLUMNS
            + ", s.connected, s.ready, s.slot, s.epoch, s.client_id, s.protocol, s.address, s.connected_since,"
            + " s.closed_at, s.close_reason";

    private DeviceRow() {}

    static Present present(Row row) {
        return new Present(device(row), SessionStore.presence(row));
    }

    static Device device(Row row) {
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

    static String[] secrets(Device device) {
        return texts(device.credentials().secrets(), SecretDigest::text);
    }

    static @Nullable Integer pskGeneration(Device device) {
        OptionalInt generation = device.credentials().pskGeneration();
        return generation.isPresent() ? generation.getAsInt() : null;
    }
}
