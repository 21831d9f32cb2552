package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.flow.Answering;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.http.Route.Resource;
import io.millrace.gateway.identity.DeviceEntry;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.RejectReason;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: who is it, may it, the body, Kafka, the answer. Lives from the request's head until it has been
 * answered and read to its end; its event loop only.
 */
final class Exchange implements Answering {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    /** A device that hears nothing for longer would not wait anyway. */
    private static final Duration KAFKA = Duration.ofSeconds(10);
    /** What nobody wants is read and thrown away, for the client to see its answer; up to this many bodies of the largest size. */
    private static final int THROWN_AWAY = 8;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServices services;
    private final Room room;
    private final TelemetryIntake intake;
    private @Nullable Route route;
    /** Absent as long as only the body can tell who sends it. */
    private @Nullable Source source;

    private @Nullable Buffer body;
    private boolean lines;
    private long thrownAway;
    private int accepted;
    private @Nullable Problem rejection;
    private boolean answered;
    private boolean read;
    private long timer;

    Exchange(Vertx vertx, HttpServerRequest request, HttpServices services, Room room, TelemetryIntake intake) {
        this.vertx = vertx;
        this.request = request;
        this.services = services;
        this.room = room;
        this.intake = intake;
    }

    void begin() {
        var unused =
                request.handler(this::arrived).endHandler(v -> complete()).exceptionHandler(failure -> brokenOff());
        request.response()
                .exceptionHandler(failure -> log.atDebug().setCause(failure).log("answer not sent"));
        timer = vertx.setTimer(services.config().requestTimeout().toMillis(), id -> tooSlow());
        @Nullable String path = request.path();
        Optional<Route> found = path == null ? Optional.empty() : Route.of(path);
        if (found.isEmpty()) {
            fail(Problem.notFound());
        } else if (!request.method().equals(found.get().resource().method())) {
            fail(Problem.methodNotAllowed(found.get().resource().method()));
        } else {
            route = found.get();
            admit(found.get());
        }
    }

    private void admit(Route to) {
        Identity identity = identify(to);
        if (identity instanceof Identity.Device device) {
            if (to.resource() != Resource.DATA && !device.id().value().equals(to.deviceId())) {
                refuseForeign(device.id());
            } else {
                serve(to, new Source(device.id()));
            }
        } else if (identity instanceof Identity.BadClientId) {
            // Anonymous devices are let in, and this one says in its body which it is.
            receive(null);
        } else if (identity instanceof Identity.BadCredentials) {
            tellRefused(ConnectOutcome.BAD_CREDENTIALS, to);
            fail(Problem.unauthorized());
        } else {
            tellRefused(ConnectOutcome.NOT_AUTHORIZED, to);
            fail(Problem.notAuthorized());
        }
    }

    private Identity identify(Route to) {
        @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return services.authenticator().identify(to.deviceId(), Optional.empty(), Optional.empty());
        }
        return BasicCredentials.of(header, name -> services.devices().find(name).isPresent())
                .map(given ->
                        services.authenticator().identify("", Optional.of(given.user()), Optional.of(given.password())))
                .orElseGet(Identity.BadCredentials::new);
    }

    private void tellRefused(ConnectOutcome outcome, Route to) {
        var address = request.remoteAddress();
        services.diagnostics().refused(to.deviceId(), outcome.text(), address == null ? "" : address.hostAddress());
    }

    private void serve(Route to, Source device) {
        if (to.resource() == Resource.CONFIG) {
            services.devices()
                    .find(device.id().value())
                    .flatMap(DeviceEntry::config)
                    .ifPresentOrElse(config -> answer(200, "application/json", config), () -> answer(204, "", null));
        } else {
            receive(device);
        }
    }

    /** Begins to take the body. */
    private void receive(@Nullable Source device) {
        source = device;
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        BodyType bodyType = BodyType.of(type);
        @Nullable String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (bodyType == BodyType.UNSUPPORTED) {
            fail(Problem.unsupportedType("Content-Type: " + type));
        } else if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            fail(Problem.unsupportedType("Content-Encoding: " + encoding));
        } else if (!services.lease().admits()) {
            fail(Problem.unavailable("Kafka does not answer"));
        } else if (!room.isThere()) {
            fail(Problem.unavailable("too much is on its way to Kafka"));
        } else {
            lines = bodyType == BodyType.LINES;
            body = Buffer.buffer();
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                var unused = request.response().writeContinue();
            }
        }
    }

    private void arrived(Buffer chunk) {
        Buffer so = body;
        int most = services.config().maxBody();
        if (so == null) {
            thrownAway += chunk.length();
            if (thrownAway > (long) THROWN_AWAY * most) {
                hangUp();
            }
            return;
        }
        so.appendBuffer(chunk);
        room.arrives(chunk.length());
        if (so.length() > most) {
            byte[] beginning = Arrays.copyOf(taken(so), most);
            tooLarge(beginning, "the body has more than " + most + " bytes; the rest is cut off here");
        }
    }

    private void complete() {
        read = true;
        Buffer whole = body;
        if (answered) {
            stopTimer();
        } else if (whole != null) {
            take(taken(whole));
        }
    }

    private byte[] taken(Buffer whole) {
        body = null;
        room.leaves(whole.length());
        return whole.getBytes();
    }

    private void take(byte[] payload) {
        if (route != null && route.resource() == Resource.DATA && !isOwn(payload)) {
            return;
        }
        Source device = source;
        if (device != null) {
            hand(payload.length, publication -> send(device, payload, publication));
        }
    }

    /** Whether a body that names its device may be taken; if not, it has been answered. */
    private boolean isOwn(byte[] payload) {
        NamedDevices named;
        try {
            named = NamedDevices.in(payload);
        } catch (IllegalArgumentException e) {
            if (source != null) {
                // Rejected like any other, with the place.
                return true;
            }
            count(payload.length, RejectReason.NOT_JSON);
            fail(Problem.badRequest("not-json", String.valueOf(e.getMessage())));
            return false;
        }
        if (!named.inAll() || source == null && named.ids().size() != 1) {
            count(payload.length, RejectReason.NOT_OBJECT);
            fail(Problem.badRequest("device-id-missing", "expected the device's id as \"deviceId\" in every object"));
            return false;
        }
        return source == null
                ? isLetIn(named.ids().iterator().next(), payload.length)
                : isOf(source.id(), named, payload);
    }

    private boolean isOf(DeviceId device, NamedDevices named, byte[] payload) {
        if (named.ids().stream().allMatch(device.value()::equals)) {
            return true;
        }
        count(payload.length, RejectReason.NOT_AUTHORIZED);
        fail(Problem.foreignDevice(device.value()));
        return false;
    }

    private boolean isLetIn(String id, int size) {
        Identity identity = services.authenticator().identify(id, Optional.empty(), Optional.empty());
        if (identity instanceof Identity.Device device) {
            source = new Source(device.id());
            return true;
        }
        count(size, RejectReason.NOT_AUTHORIZED);
        fail(
                identity instanceof Identity.BadClientId
                        ? Problem.badRequest("invalid-device-id", "\"deviceId\" is not a device's id")
                        : Problem.notAuthorized());
        return false;
    }

    private void send(Source device, byte[] payload, Publication publication) {
        Route to = route;
        if (to == null) {
            throw new IllegalStateException("a body without a route");
        }
        String path = request.path();
        if (to.resource() == Resource.RESPONSES) {
            intake.response(device, path, payload, publication);
            accepted = 1;
        } else {
            accepted = intake.posted(device, path, to.channel(), payload, lines, publication);
        }
    }

    private void tooLarge(byte[] beginning, String detail) {
        Source device = source;
        if (device == null) {
            count(beginning.length, RejectReason.TOO_LARGE);
            fail(Problem.rejected(RejectReason.TOO_LARGE, detail));
        } else {
            hand(
                    beginning.length,
                    publication -> intake.tooLarge(device, request.path(), beginning, detail, publication));
        }
    }

    /** From here on it is Kafka's, and {@link #done} follows; or the client hears that it takes too long. */
    private void hand(int size, Consumer<Publication> handOver) {
        stopTimer();
        timer = vertx.setTimer(KAFKA.toMillis(), id -> kafkaTooSlow());
        services.metrics().received.increment();
        services.metrics().bytes.add(size);
        try {
            handOver.accept(new Publication(room.inFlight(), this, 0, 1));
        } catch (RuntimeException e) {
            fail(Problem.internal());
            throw e;
        }
    }

    @Override
    public void rejected(RejectReason reason, String detail) {
        rejection = reason == RejectReason.NOT_OBJECT && route != null && route.resource() == Resource.RESPONSES
                ? Problem.badRequest("invalid-response", detail)
                : Problem.rejected(reason, detail);
    }

    @Override
    public void done(Publication publication) {
        if (publication.failure() != null) {
            log.atError().setCause(publication.failure()).log("Kafka refuses a message");
            fail(Problem.internal());
        } else if (rejection != null) {
            fail(rejection);
        } else {
            answer(202, "application/json", ("{\"accepted\":" + accepted + "}").getBytes(UTF_8));
        }
    }

    private void refuseForeign(DeviceId device) {
        services.diagnostics().noticed(device, Sign.FOREIGN_TOPIC, request.path());
        if (route != null && route.resource() != Resource.CONFIG) {
            count(0, RejectReason.NOT_AUTHORIZED);
        }
        fail(Problem.foreignDevice(device.value()));
    }

    /** A message that is neither taken nor kept. */
    private void count(int size, RejectReason reason) {
        services.metrics().received.increment();
        services.metrics().bytes.add(size);
        services.metrics().rejected(reason);
    }

    private void fail(Problem problem) {
        if (!answered) {
            problem.headers().forEach((name, value) -> request.response().putHeader(name, value));
            answer(problem.status(), "application/problem+json", problem.json());
        }
    }

    private void answer(int status, String type, byte @Nullable [] content) {
        if (answered) {
            return;
        }
        answered = true;
        services.metrics().httpAnswer(status);
        var response = request.response();
        if (read) {
            stopTimer();
        }
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status);
        if (content == null) {
            var unused = response.end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, type);
            var unused = response.end(Buffer.buffer(content));
        }
    }

    /** The records may still be written: who comes again may have said it twice. */
    private void kafkaTooSlow() {
        fail(Problem.unavailable("Kafka does not answer"));
        if (!read) {
            hangUp();
        }
    }

    private void tooSlow() {
        giveUpBody();
        fail(Problem.tooSlow(services.config().requestTimeout()));
        hangUp();
    }

    private void brokenOff() {
        giveUpBody();
        answered = true;
        stopTimer();
    }

    private void giveUpBody() {
        if (body != null) {
            var unused = taken(body);
        }
    }

    private void stopTimer() {
        var unused = vertx.cancelTimer(timer);
    }

    private void hangUp() {
        stopTimer();
        var unused = request.connection().close();
    }
}
