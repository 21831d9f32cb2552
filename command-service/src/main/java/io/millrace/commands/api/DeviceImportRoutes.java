package io.millrace.commands.api;

import io.millrace.commands.registry.DeviceImport;
import io.millrace.commands.registry.DeviceImport.OnConflict;
import io.millrace.schemas.PskMaster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Many devices at once: {@code POST /devices/import}. */
public final class DeviceImportRoutes {
    private static final String NDJSON = "application/x-ndjson";
    private static final long MOST_BYTES = 4L * 1024 * 1024 * 1024;
    private static final int AT_ONCE = 2;

    private final Vertx vertx;
    private final Duration patience;
    private final DeviceImport devices;
    private final Optional<PskMaster> master;
    private final Clock clock;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * @param patience with an upload of which nothing comes
     * @param master the same as the gateways have; absent where there is no PSK
     */
    public DeviceImportRoutes(
            Vertx vertx, Duration patience, DeviceImport devices, Optional<PskMaster> master, Clock clock) {
        this.vertx = vertx;
        this.patience = patience;
        this.devices = devices;
        this.master = master;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(Operation.upload("importDevices", this::importDevices));
    }

    private Future<Answer> importDevices(Call call) {
        OnConflict onConflict = call.choice("onConflict", OnConflict.class).orElse(OnConflict.FAIL);
        boolean generate = !call.query("secrets").equals(Optional.of("none"));
        if (running.incrementAndGet() > AT_ONCE) {
            running.decrementAndGet();
            throw Problem.tooManyRequests(
                    AT_ONCE + " imports are running here already (expected one after the other)",
                    Duration.ofSeconds(10));
        }
        return Future.succeededFuture(Answer.streamed(NDJSON, out -> new DeviceUpload(
                        vertx,
                        patience,
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
}
