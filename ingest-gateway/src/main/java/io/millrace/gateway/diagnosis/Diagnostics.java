package io.millrace.gateway.diagnosis;

import io.micrometer.core.instrument.Counter;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what is wrong with single devices and writes it to {@code device-diagnostics}, summed up, every few seconds. A healthy
 * device costs nothing here; of those in trouble, a bounded number is remembered at a time, and what is beyond is counted as
 * dropped. Ids that the registry does not know are not told: anybody can make them up. Any thread may call; writing has a
 * thread of its own.
 */
public final class Diagnostics implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Diagnostics.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int MOST_DEVICES = 10_000;

    /** Where the records go. */
    public interface Outlet {
        /** Whether records are taken now; if not, they are kept and summed up further. */
        boolean isOpen();

        void write(DeviceDiagnostic record);
    }

    private final Map<DeviceId, Trouble> troubled = new ConcurrentHashMap<>();
    private final Predicate<String> known;
    private final Outlet outlet;
    private final int slot;
    private final Counter dropped;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "gateway-diagnostics");
        made.setDaemon(true);
        return made;
    });

    /** @param known whether a device id is in the registry */
    public Diagnostics(Predicate<String> known, Outlet outlet, int slot, Counter dropped, Clock clock) {
        this.known = known;
        this.outlet = outlet;
        this.slot = slot;
        this.dropped = dropped;
        this.clock = clock;
    }

    public void start() {
        var unused = thread.scheduleWithFixedDelay(
                this::writeDown, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param detail for a person; may be empty */
    public void noticed(DeviceId device, Sign sign, String detail) {
        gather(device, trouble -> trouble.noticed(sign, detail));
    }

    /**
     * A client was not let in.
     *
     * @param claimed what it said it was; told only if that is a device
     * @param reason one of the few that there are
     */
    public void refused(String claimed, String reason, String address) {
        if (known.test(claimed)) {
            gather(new DeviceId(claimed), trouble -> trouble.refused(reason, address));
        }
    }

    /** Something that is rare and bounded by whoever finds it. */
    public void found(DeviceDiagnostic record) {
        if (outlet.isOpen()) {
            outlet.write(record);
        } else {
            dropped.increment();
        }
    }

    private void gather(DeviceId device, Consumer<Trouble> what) {
        if (troubled.size() >= MOST_DEVICES && !troubled.containsKey(device)) {
            dropped.increment();
            return;
        }
        var unused = troubled.compute(device, (id, before) -> {
            Trouble trouble = before == null ? new Trouble(clock.instant()) : before;
            what.accept(trouble);
            return trouble;
        });
    }

    /** Its own thread, and whoever closes it. */
    void writeDown() {
        try {
            for (DeviceId device : troubled.keySet()) {
                if (!outlet.isOpen()) {
                    return;
                }
                Trouble trouble = troubled.remove(device);
                if (trouble != null) {
                    trouble.records(device, slot, clock.instant()).forEach(outlet::write);
                }
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("diagnostics not written");
        }
    }

    /** Writes what is left. */
    @Override
    public void close() {
        thread.shutdownNow();
        writeDown();
    }
}
