package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The registry, device by device: {@code /devices}. */
public final class DeviceRoutes {
    private final DeviceStore devices;
    private final DeviceRegistry registry;

    public DeviceRoutes(DeviceStore devices, DeviceRegistry registry) {
        this.devices = devices;
        this.registry = registry;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("createDevice", this::create),
                new Operation("getDevice", this::get),
                new Operation("changeDevice", this::change),
                new Operation("deleteDevice", this::delete),
                new Operation("rotateSecret", this::rotate),
                new Operation("putConfig", this::putConfig));
    }

    private Future<Answer> create(Call call) {
        DeviceBody body = new DeviceBody(call.body());
        DeviceId id = DeviceFields.id(body);
        DeviceFields fields = DeviceFields.whole(body);
        return registry.create(fields.entry(id), fields.enabled().orElse(true)).map(created -> {
            DeviceRegistry.Created device = created.orElseThrow(() -> DeviceFields.taken(id.value()));
            ObjectNode answer = DeviceJson.of(device.device());
            device.secret().ifPresent(secret -> answer.put("secret", secret));
            return Answer.created(Api.ROOT + "/devices/" + id, answer);
        });
    }

    private Future<Answer> get(Call call) {
        DeviceId id = call.device();
        return devices.find(id)
                .map(found ->
                        Answer.ok(DeviceJson.of(found.orElseThrow(() -> Problem.notFound("device", id.value())))));
    }

    /** Fails with a {@link Problem} of 404 for a device that is not there. */
    static Future<Void> known(DeviceStore devices, DeviceId id) {
        return devices.exists(id).map(exists -> {
            if (!exists) {
                throw Problem.notFound("device", id.value());
            }
            return null;
        });
    }

    private Future<Answer> change(Call call) {
        DeviceId id = call.device();
        DeviceFields fields = DeviceFields.patch(new DeviceBody(call.body()));
        return registry.change(id, fields.change()).compose(changed -> get(call));
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
        Optional<String> given = call.maybeBody().flatMap(body -> body.maybeText("secret"));
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
}
