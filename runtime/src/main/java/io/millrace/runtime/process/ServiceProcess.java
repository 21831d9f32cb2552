package io.millrace.runtime.process;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process: its health, its meters, its ops port, and the services in it, which are started in the order in which they were
 * added and stopped in the reverse one. {@link #close} runs once, whoever calls it first.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);

    /**
     * Where the ops port listens.
     *
     * @param token that opens what changes the process; absent for whoever is on this host
     */
    public record OpsConfig(String host, int port, Optional<String> token) {
        private static final int SHORTEST = 16;

        public static OpsConfig of(Settings settings, int defaultPort) {
            return new OpsConfig(
                    settings.text("ops.host", "127.0.0.1", "Address of the ops port; 0.0.0.0 for all."),
                    settings.port("ops.port", defaultPort, "Health and metrics: /live, /ready, /metrics."),
                    token(settings));
        }

        private static Optional<String> token(Settings settings) {
            String path = "ops.token";
            Optional<String> token = settings.secret(
                    path,
                    "Opens what changes the process (POST), from any host, as Bearer; without one only this host may ask.");
            if (token.filter(given -> given.length() < SHORTEST).isPresent()) {
                settings.problem(path, "its value", "expected at least " + SHORTEST + " characters");
            }
            return token;
        }
    }

    private final Health health = new Health();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final OpsServer ops;
    private final Deque<Service> started = new ArrayDeque<>();
    private boolean closed;

    /** @throws StartException if the ops port is taken */
    public ServiceProcess(OpsConfig config) {
        try {
            ops = new OpsServer(config.host(), config.port(), config.token(), health, registry);
        } catch (IOException e) {
            throw StartException.portInUse(config.port(), "ops.port", e);
        }
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        Gauge.builder("process.ready", health, now -> now.notReady().isEmpty() ? 1 : 0)
                .description("1 if /ready says so")
                .register(registry);
        ops.start();
    }

    public Health health() {
        return health;
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public OpsServer ops() {
        return ops;
    }

    /** Starts a service; it is stopped with the process, also when its start fails. */
    @CanIgnoreReturnValue
    public synchronized <S extends Service> S start(S service) {
        if (closed) {
            throw new StartException("the process is stopping", null);
        }
        started.push(service);
        service.start();
        return service;
    }

    /** Starts services that do not wait for each other at the same time; the first failure is thrown once all have ended. */
    public synchronized void startTogether(List<? extends Service> services) {
        if (closed) {
            throw new StartException("the process is stopping", null);
        }
        List<CompletableFuture<Void>> starts = services.stream()
                .map(service -> {
                    started.push(service);
                    return CompletableFuture.runAsync(service::start, task -> new Thread(task, "start").start());
                })
                .toList();
        try {
            CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!started.isEmpty()) {
            Service service = started.pop();
            try {
                service.close();
            } catch (RuntimeException e) {
                log.atError().setCause(e).addKeyValue("service", service).log("service did not stop cleanly");
            }
        }
        ops.close();
        gc.close();
        registry.close();
    }
}
