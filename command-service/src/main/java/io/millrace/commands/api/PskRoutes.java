package io.millrace.commands.api;

import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.PskMaster;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Keys for TLS-PSK: {@code /devices/{id}/psk}. They are derived and stored nowhere. */
public final class PskRoutes {
    private final DeviceRegistry registry;
    private final Optional<PskMaster> master;

    /** @param master the same as the gateways have; absent where there is no PSK */
    public PskRoutes(DeviceRegistry registry, Optional<PskMaster> master) {
        this.registry = registry;
        this.master = master;
    }

    public List<Operation> operations() {
        return List.of(new Operation("newPsk", this::create), new Operation("deletePsk", this::delete));
    }

    private Future<Answer> create(Call call) {
        DeviceId id = call.device();
        PskMaster from = master.orElseThrow(() -> Problem.of(
                409, "psk-not-configured", "there are no keys for TLS-PSK (expected identity.psk.master-key-file)"));
        return registry.changePskGeneration(id, true).map(generation -> {
            int number = generation
                    .orElseThrow(() -> Problem.notFound("device", id.value()))
                    .orElseThrow();
            return Answer.ok(Answer.object()
                    .put("id", id.value())
                    .put("identity", id.value())
                    .put("generation", number)
                    .put("key", HexFormat.of().formatHex(from.key(id, number))));
        });
    }

    private Future<Answer> delete(Call call) {
        DeviceId id = call.device();
        return registry.changePskGeneration(id, false).map(generation -> {
            OptionalInt unused = generation.orElseThrow(() -> Problem.notFound("device", id.value()));
            return Answer.nothing();
        });
    }
}
