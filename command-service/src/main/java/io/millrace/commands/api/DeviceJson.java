package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.Credentials;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore.Present;
import io.millrace.commands.store.SessionStore.Presence;
import io.millrace.schemas.Json;
import java.util.Optional;

/** A device as the API shows it: never with a secret or its digest. */
final class DeviceJson {
    private DeviceJson() {}

    static ObjectNode of(Present present) {
        ObjectNode json = of(present.device());
        json.set("presence", presence(present.presence()));
        return json;
    }

    static ObjectNode of(Device device) {
        ObjectNode json = whatIsGiven(device);
        device.credentials().pskGeneration().ifPresent(generation -> json.put("pskGeneration", generation));
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

    /** As an import takes it. */
    static ObjectNode line(Device device) {
        ObjectNode json = whatIsGiven(device);
        if (device.credentials().pskGeneration().isPresent()) {
            json.put("psk", true);
        }
        return json.put("enabled", device.enabled());
    }

    private static ObjectNode whatIsGiven(Device device) {
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
