package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.flow.Answering;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.http.Route.Resource;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.schemas.RejectReason;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One posted message, from its whole body over Kafka to the answer: telemetry, or what became of a command. Its event loop only.
 */
final class Post implements Answering, Recipient {
    private static final Logger log = LoggerFactory.getLogger(Post.class);
    /** A device that hears nothing for longer would not wait anyway. */
    private static final Duration KAFKA = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final HttpServices services;
    private final Room room;
    private final Posters posters;
    private final TelemetryIntake intake;
    private final Answer answer;
    private final Route route;
    private final String path;
    private final boolean lines;
    /** Absent as long as only the body can tell who sends it. */
    private @Nullable Source source;

    private int accepted;
    private @Nullable Problem rejection;
    private long timer;

    /**
     * @param path as the request has it, for a person who looks at what was rejected
     * @param lines whether the client says that the body has an object on each line
     * @param source absent if only the body can tell
     */
    Post(
            Vertx vertx,
            HttpServices services,
            Room room,
            Posters posters,
            TelemetryIntake intake,
            Answer answer,
            Route route,
            String path,
            boolean lines,
            @Nullable Source source) {
        this.vertx = vertx;
        this.services = services;
        this.room = room;
        this.posters = posters;
        this.intake = intake;
        this.answer = answer;
        this.route = route;
        this.path = path;
        this.lines = lines;
        this.source = source;
    }

    @Override
    public void take(byte[] payload) {
        if (route.resource() == Resource.DATA && !isOwn(payload)) {
            return;
        }
        Source device = source;
        if (device != null) {
            posters.posted(device.id(), payload.length, System.nanoTime());
            hand(payload.length, publication -> send(device, payload, publication));
        }
    }

    @Override
    public void tooLarge(byte[] beginning) {
        String detail = "the body has more than " + beginning.length + " bytes; the rest is cut off here";
        Source device = source;
        if (device == null) {
            var unused =
                    reject(beginning.length, RejectReason.TOO_LARGE, Problem.rejected(RejectReason.TOO_LARGE, detail));
        } else {
            hand(beginning.length, publication -> intake.tooLarge(device, path, beginning, detail, publication));
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
            Problem problem = Problem.badRequest("not-json", String.valueOf(e.getMessage()));
            return reject(payload.length, RejectReason.NOT_JSON, problem);
        }
        if (!named.inAll() || source == null && named.ids().size() != 1) {
            Problem problem =
                    Problem.badRequest("device-id-missing", "expected the device's id as \"deviceId\" in every object");
            return reject(payload.length, RejectReason.NOT_OBJECT, problem);
        }
        return source == null
                ? isLetIn(named.ids().iterator().next(), payload.length)
                : isOf(source, named, payload.length);
    }

    private boolean isOf(Source device, NamedDevices named, int size) {
        String id = device.id().value();
        return named.ids().stream().allMatch(id::equals)
                || reject(size, RejectReason.NOT_AUTHORIZED, Problem.foreignDevice(id));
    }

    private boolean isLetIn(String id, int size) {
        Identity identity = services.authenticator().anonymous(id);
        if (identity instanceof Identity.Device device) {
            source = new Source(device.id());
            return true;
        }
        Problem problem = Problem.notAuthorized();
        if (identity instanceof Identity.BadClientId) {
            problem = Problem.badRequest("invalid-device-id", "\"deviceId\" is not a device's id");
        } else if (identity instanceof Identity.BadCredentials) {
            problem = Problem.unauthorized();
        }
        return reject(size, RejectReason.NOT_AUTHORIZED, problem);
    }

    /** A message that is neither taken nor kept; false. */
    private boolean reject(int size, RejectReason reason, Problem problem) {
        services.metrics().received.increment();
        services.metrics().bytes.add(size);
        services.metrics().rejected(reason);
        answer.fail(problem);
        return false;
    }

    /** From here on it is Kafka's, and {@link #done} follows; or the client hears that it takes too long. */
    private void hand(int size, Consumer<Publication> handOver) {
        timer = vertx.setTimer(KAFKA.toMillis(), id -> answer.fail(Problem.kafkaAway()));
        services.metrics().received.increment();
        services.metrics().bytes.add(size);
        try {
            handOver.accept(new Publication(room.inFlight(), this, 0, 1));
        } catch (RuntimeException e) {
            answered();
            answer.fail(Problem.internal());
            throw e;
        }
    }

    private void send(Source device, byte[] payload, Publication publication) {
        if (route.resource() == Resource.RESPONSES) {
            intake.response(device, path, payload, (named, then) -> attribute(device, named, then), publication);
            accepted = 1;
        } else {
            accepted = intake.posted(device, path, route.channel(), payload, lines, publication);
        }
    }

    /** The session may live on another event loop. */
    private void attribute(Source device, Optional<String> named, Consumer<Optional<String>> then) {
        Optional<DeviceSession> session = services.sessions().find(device.id());
        if (session.isPresent()) {
            session.get().answered(named, meant -> room.loop().execute(() -> then.accept(meant)));
        } else {
            then.accept(named);
        }
    }

    @Override
    public void rejected(RejectReason reason, String detail) {
        rejection = reason == RejectReason.NOT_OBJECT && route.resource() == Resource.RESPONSES
                ? Problem.badRequest("invalid-response", detail)
                : Problem.rejected(reason, detail);
    }

    @Override
    public void done(Publication publication) {
        answered();
        if (publication.failure() != null) {
            log.atError().setCause(publication.failure()).log("Kafka refuses a message");
            answer.fail(Problem.internal());
        } else if (rejection != null) {
            answer.fail(rejection);
        } else {
            byte[] count = ("{\"accepted\":" + accepted + "}").getBytes(UTF_8);
            var unused = answer.send(202, "application/json", Map.of(), count);
        }
    }

    private void answered() {
        var unused = vertx.cancelTimer(timer);
    }
}
