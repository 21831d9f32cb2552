package io.millrace.gateway.http;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.http.Route.Resource;
import io.millrace.gateway.identity.DeviceEntry;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.tls.ClientCertificate;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.RejectReason;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request: who is it, may it, and what does it want. Lives from the request's head until it has been answered and read to
 * its end; its event loop only.
 */
final class Exchange {
    /** A connection on which nothing moves is closed; a poll is answered before. */
    private static final Duration BEFORE_IDLE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServices services;
    private final Room room;
    private final Posters posters;
    private final TelemetryIntake intake;
    private final Answer answer;
    private final Body body;
    private @Nullable Recipient recipient;
    private @Nullable LongPoll poll;
    private boolean read;
    private long timer;

    Exchange(
            Vertx vertx,
            HttpServerRequest request,
            HttpServices services,
            Room room,
            Posters posters,
            TelemetryIntake intake) {
        this.vertx = vertx;
        this.request = request;
        this.services = services;
        this.room = room;
        this.posters = posters;
        this.intake = intake;
        this.answer = new Answer(request, services.metrics(), this::answered);
        this.body = new Body(room, services.config().maxBody(), this::tooLarge, this::hangUp);
    }

    void begin() {
        var unused =
                request.handler(body::arrived).endHandler(v -> complete()).exceptionHandler(failure -> brokenOff());
        timer = vertx.setTimer(services.config().requestTimeout().toMillis(), id -> tooSlow());
        @Nullable String path = request.path();
        Optional<Route> found = path == null ? Optional.empty() : Route.of(path);
        if (found.isEmpty()) {
            answer.fail(Problem.notFound());
        } else if (!request.method().equals(found.get().resource().method())) {
            answer.fail(Problem.methodNotAllowed(found.get().resource().method()));
        } else {
            admit(found.get());
        }
    }

    private void admit(Route to) {
        Identity identity = to.resource() == Resource.PROVISION ? provisioner() : identify(to);
        if (identity instanceof Identity.Provisioner provisioner) {
            provision(provisioner);
        } else if (identity instanceof Identity.Device device) {
            if (to.resource() != Resource.DATA && !device.id().value().equals(to.deviceId())) {
                refuseForeign(to, device.id());
            } else {
                serve(to, device);
            }
        } else if (identity instanceof Identity.BadClientId && to.resource() == Resource.DATA) {
            // Anonymous devices are let in, and this one says in its body which it is.
            receive(to, null);
        } else if (identity instanceof Identity.BadCredentials) {
            tellRefused(ConnectOutcome.BAD_CREDENTIALS, to);
            answer.fail(Problem.unauthorized());
        } else if (identity instanceof Identity.TooManyFailures limited) {
            answer.fail(Problem.tooManyFailures(limited.retryAfter()));
        } else {
            tellRefused(ConnectOutcome.NOT_AUTHORIZED, to);
            answer.fail(Problem.notAuthorized());
        }
    }

    private Identity identify(Route to) {
        @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return ClientCertificate.of(
                            ((ConnectionBase) request.connection()).channel().pipeline())
                    .map(shown -> services.peers().byCertificate(shown, ""))
                    .orElseGet(() -> services.authenticator().anonymous(to.deviceId()));
        }
        String address = address();
        Optional<String> token = BearerToken.of(header);
        if (token.isPresent()) {
            return services.authenticator().byToken(address, to.deviceId(), token.get());
        }
        return BasicCredentials.of(header, name -> services.devices().find(name).isPresent())
                .map(given -> services.authenticator()
                        .identify(address, "", Optional.of(given.user()), Optional.of(given.password())))
                .orElseGet(Identity.BadCredentials::new);
    }

    private Identity provisioner() {
        @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return new Identity.BadCredentials();
        }
        return BearerToken.of(header)
                .map(key -> services.authenticator().byKey(address(), key))
                .orElseGet(Identity.BadCredentials::new);
    }

    private void provision(Identity.Provisioner key) {
        long seconds = services.provisioners().wait(key.keyId(), System.nanoTime());
        if (seconds > 0) {
            services.metrics().rateLimited.increment();
            answer.fail(Problem.keyRateLimited(seconds));
        } else {
            receive(lines -> new Provision(services, vertx.getOrCreateContext(), answer, key, address()));
        }
    }

    private void tellRefused(ConnectOutcome outcome, Route to) {
        services.diagnostics().refused(to.deviceId(), outcome.text(), address());
    }

    private String address() {
        @Nullable SocketAddress address = request.remoteAddress();
        return address == null ? "" : address.hostAddress();
    }

    private void refuseForeign(Route to, DeviceId device) {
        services.diagnostics().noticed(device, Sign.FOREIGN_TOPIC, request.path());
        if (to.resource().method().equals(HttpMethod.POST)) {
            services.metrics().received.increment();
            services.metrics().rejected(RejectReason.NOT_AUTHORIZED);
        }
        answer.fail(Problem.foreignDevice(device.value()));
    }

    private void serve(Route to, Identity.Device device) {
        switch (to.resource()) {
            case CONFIG -> config(device.id());
            case COMMANDS -> poll(device);
            case TELEMETRY, DATA, RESPONSES -> receive(to, new Source(device.id()));
            case PROVISION -> answer.fail(Problem.notAuthorized());
        }
    }

    private void config(DeviceId device) {
        byte[] config = services.devices()
                .find(device.value())
                .flatMap(DeviceEntry::config)
                .orElse(null);
        if (config == null) {
            answer.empty(204, Map.of());
            return;
        }
        String tag = EntityTag.of(config);
        Map<String, String> headers = Map.of("ETag", tag, "Cache-Control", "no-cache");
        if (EntityTag.isAmong(request.getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            answer.empty(304, headers);
        } else {
            var unused = answer.send(200, "application/json", headers, config);
        }
    }

    /** Waits for a command, once the request has been read to its end: after that nothing of it can be too slow. */
    private void poll(Identity.Device device) {
        PollQuery query;
        try {
            query = PollQuery.of(request.query(), request.getHeader(HttpHeaders.ACCEPT));
        } catch (IllegalArgumentException e) {
            answer.fail(Problem.badRequest("invalid-parameter", String.valueOf(e.getMessage())));
            return;
        }
        if (!services.lease().admits()) {
            answer.fail(Problem.kafkaAway());
            return;
        }
        poll = new LongPoll(answer, query, device, address(), room.loop(), patience(query), services.devices());
    }

    private Duration patience(PollQuery query) {
        Duration idle = services.config().idleTimeout();
        Duration longest = idle.compareTo(BEFORE_IDLE) < 0 ? Duration.ZERO : idle.minus(BEFORE_IDLE);
        return query.patience().compareTo(longest) < 0 ? query.patience() : longest;
    }

    private void await(LongPoll one) {
        var unused = request.response().closeHandler(v -> services.polls().gone(one));
        services.polls().arrive(one);
    }

    private void receive(Route to, @Nullable Source device) {
        if (device != null && isTooFast(device.id())) {
            return;
        }
        receive(lines -> new Post(vertx, services, room, posters, intake, answer, to, request.path(), lines, device));
    }

    /**
     * Begins to take the body.
     *
     * @param wanted by whom; told whether the client says that there is an object on each line
     */
    private void receive(Function<Boolean, Recipient> wanted) {
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        BodyType bodyType = BodyType.of(type);
        @Nullable String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (bodyType == BodyType.UNSUPPORTED) {
            answer.fail(Problem.unsupportedType("Content-Type: " + type));
        } else if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            answer.fail(Problem.unsupportedType("Content-Encoding: " + encoding));
        } else if (!services.lease().admits()) {
            answer.fail(Problem.kafkaAway());
        } else if (!room.isThere()) {
            answer.fail(Problem.unavailable("too much is on its way to Kafka"));
        } else {
            recipient = wanted.apply(bodyType == BodyType.LINES);
            body.collect();
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                var unused = request.response().writeContinue();
            }
        }
    }

    /** Whether the device must come again later; then it has been told. */
    private boolean isTooFast(DeviceId device) {
        long seconds = posters.wait(device, System.nanoTime());
        if (seconds > 0) {
            services.metrics().rateLimited.increment();
            services.diagnostics().noticed(device, Sign.RATE_LIMITED, request.path());
            answer.fail(Problem.rateLimited(seconds));
        }
        return seconds > 0;
    }

    private void tooLarge(byte[] beginning) {
        if (recipient != null) {
            recipient.tooLarge(beginning);
        }
    }

    private void complete() {
        read = true;
        stopTimer();
        if (poll != null && !answer.isGiven()) {
            await(poll);
        }
        body.complete(whole -> {
            if (recipient != null) {
                recipient.take(whole);
            }
        });
    }

    /** What of the request is still to come has as long as it had. */
    private void answered() {
        if (read) {
            stopTimer();
        }
    }

    private void tooSlow() {
        body.giveUp();
        answer.fail(Problem.tooSlow(services.config().requestTimeout()));
        hangUp();
    }

    private void brokenOff() {
        body.giveUp();
        answer.giveUp();
        stopTimer();
    }

    private void stopTimer() {
        var unused = vertx.cancelTimer(timer);
    }

    private void hangUp() {
        stopTimer();
        var unused = request.connection().close();
    }
}
