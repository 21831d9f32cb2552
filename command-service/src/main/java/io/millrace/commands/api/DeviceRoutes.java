package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.store.Credentials;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.DeviceStore.Present;
import io.millrace.commands.store.SessionStore.Presence;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The registry: {@code /devices}. */
public final class DeviceRoutes {
    private static final int MAX_TYPE = 128;
    private static final int MAX_SECRET = 256;
    private static final int MIN_SECRET = 8;

    private final DeviceStore devices;
    private final DeviceRegistry registry;

    public DeviceRoutes(DeviceStore devices, DeviceRegistry registry) {
        this.devices = devices;
        this.registry = registry;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("createDevice", HttpMethod.POST, "/devices", Role.OPERATOR, this::create),
                new Operation("listDevices", HttpMethod.GET, "/devices", Role.VIEWER, this::list),
                new Operation("getDevice", HttpMethod.GET, "/devices/{id}", Role.VIEWER, this::get),
                new Operation("changeDevice", HttpMethod.PATCH, "/devices/{id}", Role.OPERATOR, this::change),
                new Operation("deleteDevice", HttpMethod.DELETE, "/devices/{id}", Role.OPERATOR, this::delete),
                new Operation("rotateSecret", HttpMethod.POST, "/devices/{id}/secret", Role.OPERATOR, this::rotate),
                new Operation("putConfig", HttpMethod.PUT, "/devices/{id}/config", Role.OPERATOR, this::putConfig));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        String id = body.text("id", DeviceId.MAX_LENGTH);
        if (!DeviceId.isValid(id)) {
            throw Problem.field("id", "\"" + id + "\"", "1 to 256 characters of letters, digits and . _ : -");
        }
        var entry = new DeviceRegistry.Entry(
                new DeviceId(id),
                body.maybeText("type", MAX_TYPE),
                body.labels("labels").orElse(Map.of()),
                body.attributes("attributes").orElse(Map.of()),
                config(body, "config"),
                secret(body),
                CredentialFields.jwtKeys(body).orElse(List.of()),
                CredentialFields.certificateFingerprints(body).orElse(List.of()));
        body.finish();
        return registry.create(entry).map(created -> {
            DeviceRegistry.Created device = created.orElseThrow(
                    () -> Problem.of(409, "device-exists", "device \"" + id + "\" is registered already"));
            ObjectNode answer = json(device.device());
            device.secret().ifPresent(secret -> answer.put("secret", secret));
            return Answer.created(Api.ROOT + "/devices/" + id, answer);
        });
    }

    private static Optional<String> secret(Body body) {
        Optional<String> secret = body.maybeText("secret", MAX_SECRET);
        if (secret.isPresent() && secret.get().length() < MIN_SECRET) {
            throw Problem.field(
                    "secret", secret.get().length() + " characters", MIN_SECRET + " to " + MAX_SECRET + " characters");
        }
        return secret;
    }

    private static Optional<JsonNode> config(Body body, String field) {
        return body.any(field).map(node -> {
            if (!node.isObject()) {
                throw Problem.field(field, Body.kind(node), "an object");
            }
            return node;
        });
    }

    private Future<Answer> list(Call call) {
        call.knows(Set.of("type", "label", "connected", "q", "limit", "cursor"));
        int limit = call.limit(100, 1000);
        var filter = new DeviceStore.Filter(call.query("type"), labels(call), call.flag("connected"), call.query("q"));
        String after = call.cursor(1).map(DeviceRoutes::position).orElse("");
        return devices.list(filter, after, limit)
                .map(found -> Answer.page(
                        found,
                        limit,
                        DeviceRoutes::json,
                        last -> Call.cursor(last.device().id().value())));
    }

    private static String position(String[] parts) {
        if (!DeviceId.isValid(parts[0])) {
            throw Problem.field("cursor", "\"" + parts[0] + "\"", "nextCursor of the page before");
        }
        return parts[0];
    }

    private static Map<String, String> labels(Call call) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String label : call.queries("label")) {
            int colon = label.indexOf(':');
            if (colon < 1 || label.indexOf('\0') >= 0) {
                throw Problem.field("label", "\"" + label + "\"", "name:value");
            }
            labels.put(label.substring(0, colon), label.substring(colon + 1));
        }
        return labels;
    }

    private Future<Answer> get(Call call) {
        DeviceId id = call.device();
        return devices.find(id)
                .map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("device", id.value())))));
    }

    private Future<Answer> change(Call call) {
        DeviceId id = call.device();
        Body body = call.body();
        Optional<String> type = body.maybeText("type", MAX_TYPE);
        Optional<Map<String, String>> labels = body.labels("labels");
        Optional<Map<String, JsonNode>> attributes = body.attributes("attributes");
        Optional<Boolean> enabled = body.flag("enabled");
        Optional<List<JwtKey>> jwtKeys = CredentialFields.jwtKeys(body);
        Optional<List<String>> fingerprints = CredentialFields.certificateFingerprints(body);
        body.finish();
        return registry.change(
                        id,
                        device -> new Device(
                                device.id(),
                                device.registered(),
                                body.has("type") ? type : device.type(),
                                body.has("labels") ? labels.orElse(Map.of()) : device.labels(),
                                body.has("attributes") ? attributes.orElse(Map.of()) : device.attributes(),
                                device.config(),
                                changed(body, device.credentials(), jwtKeys, fingerprints),
                                device.anonymous(),
                                enabled.orElse(device.enabled()),
                                device.revision(),
                                device.createdAt(),
                                device.updatedAt()))
                .compose(changed -> get(call));
    }

    /**
     * Null leaves none, as an empty array does. Without a fingerprint any certificate of the CA would open, so the last ones are not
     * taken away: who does it wants to lock one out.
     */
    private static Credentials changed(
            Body body, Credentials before, Optional<List<JwtKey>> jwtKeys, Optional<List<String>> fingerprints) {
        Credentials after = body.has("jwtKeys") ? before.withJwtKeys(jwtKeys.orElse(List.of())) : before;
        if (body.has("certificateFingerprints")
                && fingerprints.orElse(List.of()).isEmpty()
                && !before.certificateFingerprints().isEmpty()) {
            throw Problem.of(
                    409,
                    "last-fingerprint",
                    "certificateFingerprints: none left, so any certificate of the CA would open (expected the fingerprint of"
                            + " another certificate; to lock the device out, enabled: false)");
        }
        return body.has("certificateFingerprints")
                ? after.withCertificateFingerprints(fingerprints.orElse(List.of()))
                : after;
    }

    private Future<Answer> delete(Call call) {
        DeviceId id = call.device();
        return registry.delete(id).map(deleted -> {
            if (!deleted) {
                throw Problem.notFound("device", id.value());
            }
            return Answer.nothing();
        });
    }

    private Future<Answer> rotate(Call call) {
        DeviceId id = call.device();
        Optional<String> given = Optional.empty();
        if (call.hasBody()) {
            Body body = call.body();
            given = secret(body);
            body.finish();
        }
        return registry.rotateSecret(id, given)
                .map(secret -> Answer.ok(Answer.object()
                        .put("id", id.value())
                        .put("secret", secret.orElseThrow(() -> Problem.notFound("device", id.value())))));
    }

    private Future<Answer> putConfig(Call call) {
        DeviceId id = call.device();
        Optional<JsonNode> config = Optional.of(call.body().whole());
        return registry.change(id, device -> device.withConfig(config)).map(changed -> {
            Device device = changed.orElseThrow(() -> Problem.notFound("device", id.value()));
            ObjectNode answer = Answer.object().put("id", id.value()).put("revision", device.revision());
            device.config().ifPresent(value -> answer.set("config", value));
            return Answer.ok(answer);
        });
    }

    private static ObjectNode json(Present present) {
        ObjectNode json = json(present.device());
        json.set("presence", presence(present.presence()));
        return json;
    }

    private static ObjectNode json(Device device) {
        ObjectNode json = Answer.object().put("id", device.id().value());
        device.type().ifPresent(type -> json.put("type", type));
        json.set("labels", Json.mapper().valueToTree(device.labels()));
        json.set("attributes", Json.mapper().valueToTree(device.attributes()));
        device.config().ifPresent(config -> json.set("config", config));
        Credentials credentials = device.credentials();
        if (!credentials.jwtKeys().isEmpty()) {
            json.set("jwtKeys", Json.mapper().valueToTree(credentials.jwtKeys()));
        }
        if (!credentials.certificateFingerprints().isEmpty()) {
            json.set("certificateFingerprints", Json.mapper().valueToTree(credentials.certificateFingerprints()));
        }
        credentials.pskGeneration().ifPresent(generation -> json.put("pskGeneration", generation));
        if (device.anonymous()) {
            json.put("anonymous", true);
        }
        json.put("enabled", device.enabled());
        json.put("registered", device.registered());
        json.put("revision", device.revision());
        json.put("createdAt", device.createdAt().toString());
        json.put("updatedAt", device.updatedAt().toString());
        return json;
    }

    private static ObjectNode presence(Optional<Presence> known) {
        ObjectNode json =
                Answer.object().put("connected", known.map(Presence::connected).orElse(false));
        known.ifPresent(presence -> {
            json.put("ready", presence.ready());
            json.put("gateway", presence.slot());
            json.put("session", presence.epoch());
            presence.clientId().ifPresent(id -> json.put("clientId", id));
            presence.protocol().ifPresent(protocol -> json.put("protocol", protocol));
            presence.address().ifPresent(address -> json.put("address", address));
            json.put("connectedSince", presence.connectedSince().toString());
            presence.closedAt().ifPresent(at -> json.put("closedAt", at.toString()));
            presence.closeReason().ifPresent(reason -> json.put("lastCloseReason", reason));
        });
        return json;
    }
}
