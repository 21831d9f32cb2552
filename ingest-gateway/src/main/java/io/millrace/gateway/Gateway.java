package io.millrace.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.gateway.http.HttpListener;
import io.millrace.gateway.http.HttpServices;
import io.millrace.gateway.http.Provisioners;
import io.millrace.gateway.mqtt.MqttListener;
import io.millrace.gateway.mqtt.MqttServices;
import io.millrace.gateway.poll.PollServices;
import io.millrace.gateway.poll.PollSessions;
import io.millrace.gateway.session.Drain;
import io.millrace.gateway.state.SessionStates;
import io.millrace.gateway.transport.Listening;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.millrace.schemas.Topics;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest gateway: all its parts, built and joined by hand, those that stand on Kafka by {@link KafkaSide} and the rest here.
 * Everything that begins in {@link #start} leaves on a stack how it ends; {@link #close} works that off, so a start that failed
 * half-way is cleaned up too.
 */
public final class Gateway implements Service {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    /** Device HTTP gets as much memory as MQTT divided by this, beside it: it must not take MQTT's. */
    static final int HTTP_SHARE = 4;

    private final GatewayConfig config;
    private final GatewayMetrics metrics;
    private final Health health;
    private final Clock clock;
    private final Topics topics;
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private volatile @Nullable WaysIn ways;
    private volatile @Nullable Drain drain;

    public Gateway(GatewayConfig config, MeterRegistry registry, Health health, Clock clock) {
        this.config = config;
        this.metrics = new GatewayMetrics(registry);
        this.health = health;
        this.clock = clock;
        this.topics = new Topics(config.kafka().topicPrefix());
    }

    /** The port of one of the ways in, once started; 0 if it is not open. */
    public int port(Way way) {
        WaysIn open = ways;
        return open == null ? 0 : open.port(way);
    }

    /** The port that MQTT clients connect to, once started. */
    public int mqttPort() {
        return port(Way.MQTT);
    }

    /** The port of MQTT over WebSocket, once started. */
    public int webSocketPort() {
        return port(Way.WEB_SOCKET);
    }

    /** The port of device HTTP, once started. */
    public int httpPort() {
        return port(Way.HTTP);
    }

    /** Lets {@code POST /drain} empty this gateway, for a person who takes it out of service. It stays empty until its next start. */
    public void offerDrain(OpsServer ops) {
        ops.post("/drain", exchange -> {
            Drain started = drain;
            if (started == null) {
                OpsServer.send(exchange, 503, "text/plain; charset=utf-8", "not started\n");
            } else {
                String answer = "draining, " + started.begin() + " sessions are here\n";
                OpsServer.send(exchange, 202, "text/plain; charset=utf-8", answer);
            }
        });
    }

    @Override
    public void start() {
        Health.Check ready = health.readiness("gateway");
        ready.down("starting");
        toClose.push(() -> ready.down("stopped"));
        WaysIn waysIn = new WaysIn(config, metrics, clock);
        toClose.push(waysIn::close);
        ways = waysIn;
        waysIn.start();
        try {
            MqttServices services = new KafkaSide(config, topics, metrics, health, clock, toClose).start();
            listen(services, waysIn, ready);
        } catch (KafkaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        ready.up();
        log.atInfo()
                .addKeyValue("slot", config.slot())
                .addKeyValue("ports", waysIn)
                .log("gateway started");
    }

    private void listen(MqttServices services, WaysIn waysIn, Health.Check ready) {
        int loops = config.eventLoops();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        toClose.push(() -> close(vertx));
        long sweep = SessionStates.sweepInterval().toMillis();
        vertx.setPeriodic(sweep, id -> sweep(vertx, services.states()));
        Drain emptying = new Drain(
                services.sessions(),
                () -> {
                    ready.down("draining");
                    services.lease().admitNobody();
                },
                config.drain().perSecond(),
                config.drain().timeout());
        drain = emptying;
        toClose.push(() -> {
            endAll(services, emptying);
            settle(vertx);
        });
        long bytes = config.flow().bytesInFlight();
        List<Listening> mqtt = waysIn.mqtt(services.devices());
        deploy(vertx, loops, () -> new MqttListener(services, bytes / loops, mqtt), "MQTT");
        HttpServices httpServices = httpServices(services);
        int connections = Math.max(1, config.http().maxConnections() / loops);
        List<Listening> http = waysIn.http();
        deploy(
                vertx,
                loops,
                () -> new HttpListener(httpServices, bytes / HTTP_SHARE / loops, connections, http),
                "HTTP");
    }

    private HttpServices httpServices(MqttServices services) {
        return new HttpServices(
                config.http(),
                config.limits(),
                topics,
                services.writer(),
                services.devices(),
                services.authenticator(),
                services.enrolments(),
                new Provisioners(config.http().provisioningPerSecond()),
                services.peers(),
                services.lease(),
                services.sessions(),
                polls(services),
                services.commandLog(),
                services.diagnostics(),
                metrics,
                clock);
    }

    private PollSessions polls(MqttServices services) {
        return new PollSessions(new PollServices(
                config.http().pollGrace(),
                config.http().maxPolling(),
                services.sessions(),
                services.sessionLog(),
                services.lease(),
                services.devices(),
                services.commandLog(),
                metrics,
                clock));
    }

    /** One listener for each event loop. */
    private static void deploy(Vertx vertx, int loops, Supplier<Deployable> listener, String name) {
        try {
            Patience.toStart(
                    vertx.deployVerticle(listener, new DeploymentOptions().setInstances(loops))
                            .toCompletionStage(),
                    "the " + name + " listener does not start");
        } catch (CompletionException e) {
            if (e.getCause() instanceof StartException told) {
                throw told;
            }
            throw e;
        }
    }

    /** The door first, then the sessions at their pace, and what has come through the door meanwhile. */
    private static void endAll(MqttServices services, Drain drain) {
        drain.close();
        services.lease().release();
        services.operators().endAll();
        services.sessions().all().forEach(session -> session.end(CloseReason.GATEWAY_STOPPING));
        services.sessions().wills().publishAll();
        // While the event loops still run: what they handed to Kafka belongs to the states.
        Patience.toStop(services.states().allHandedOn(), "Kafka has not taken the states of all sessions");
    }

    /**
     * An end is told on its session's loop, and from there, to a poll that waits, on the loop of its request: until both have
     * run, the connections must not be closed.
     */
    private static void settle(Vertx vertx) {
        for (int round = 0; round < 2; round++) {
            List<CompletableFuture<Void>> loops = new ArrayList<>();
            for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
                loops.add(CompletableFuture.runAsync(() -> {}, loop));
            }
            Patience.toStop(
                    CompletableFuture.allOf(loops.toArray(CompletableFuture[]::new)), "event loops stand still");
        }
    }

    private static void sweep(Vertx vertx, SessionStates states) {
        var unused = vertx.executeBlocking(() -> {
            states.sweep();
            return null;
        });
    }

    /** The listeners stop behind the ends of the sessions, which stand in the event loops' queues before them. */
    private static void close(Vertx vertx) {
        Patience.toStop(vertx.close().toCompletionStage(), "event loops did not stop");
    }

    @Override
    public void close() {
        while (!toClose.isEmpty()) {
            toClose.pop().run();
        }
    }
}
