package io.millrace.commands.api;

import io.millrace.commands.registry.DeviceImport;
import io.millrace.commands.registry.DeviceImport.OnConflict;
import io.millrace.schemas.PskMaster;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Many devices at once: {@code POST /devices/import}. */
public final class DeviceImportRoutes {
    private static final String NDJSON = "application/x-ndjson";
    private static final Set<String> TYPES = Set.of(NDJSON, "application/ndjson", "application/jsonl");
    private static final long MOST_BYTES = 4L * 1024 * 1024 * 1024;
    private static final int AT_ONCE = 2;

    private final DeviceImport devices;
    private final Optional<PskMaster> master;
    private final Clock clock;
    private final AtomicInteger running = new AtomicInteger();

    /** @param master the same as the gateways have; absent where there is no PSK */
    public DeviceImportRoutes(DeviceImport devices, Optional<PskMaster> master, Clock clock) {
        this.devices = devices;
        this.master = master;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(Operation.upload(
                "importDevices", HttpMethod.POST, "/devices/import", Role.OPERATOR, this::importDevices));
    }

    private Future<Answer> importDevices(Call call) {
        call.knows(Set.of("onConflict", "secrets"));
        OnConflict onConflict = onConflict(call);
        boolean generate = generatesSecrets(call);
        String type =
                call.header("Content-Type").orElse("none").split(";", 2)[0].strip();
        if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            throw Problem.of(415, "unsupported-media-type", "Content-Type: " + type + " (expected " + NDJSON + ")");
        }
        if (running.incrementAndGet() > AT_ONCE) {
            running.decrementAndGet();
            throw Problem.tooManyRequests(
                    AT_ONCE + " imports are running here already (expected one after the other)",
                    Duration.ofSeconds(10));
        }
        return Future.succeededFuture(Answer.streamed(NDJSON, out -> new DeviceUpload(
                        devices,
                        onConflict,
                        generate,
                        master.isPresent(),
                        new ImportReport(master),
                        call.stream(MOST_BYTES),
                        out,
                        clock)
                .run()
                .eventually(() -> {
                    running.decrementAndGet();
                    return Future.succeededFuture();
                })));
    }

    private static OnConflict onConflict(Call call) {
        return call.query("onConflict")
                .map(text -> switch (text) {
                    case "fail" -> OnConflict.FAIL;
                    case "skip" -> OnConflict.SKIP;
                    case "update" -> OnConflict.UPDATE;
                    default -> throw Problem.field("onConflict", "\"" + text + "\"", "fail, skip or update");
                })
                .orElse(OnConflict.FAIL);
    }

    private static boolean generatesSecrets(Call call) {
        return call.query("secrets")
                .map(text -> switch (text) {
                    case "generate" -> true;
                    case "none" -> false;
                    default -> throw Problem.field("secrets", "\"" + text + "\"", "generate or none");
                })
                .orElse(true);
    }
}
