package io.millrace.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.gateway.enrolment.Enrolments;
import io.millrace.gateway.enrolment.Enrolments.Outcome;
import io.millrace.gateway.identity.Identity;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Context;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code POST /provision}, from its whole body to the answer: a new device is entered and told its secret, once. A device
 * that brings a secret of its own can ask again until it hears the answer, for then there is nothing to reveal. Its event loop
 * only.
 */
final class Provision implements Recipient {
    private static final Logger log = LoggerFactory.getLogger(Provision.class);
    private static final int MAX_TYPE = 128;
    /** No point in it, so that it is never taken for a token. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,256}");

    private final HttpServices services;
    private final Context context;
    private final Answer answer;
    private final Identity.Provisioner key;
    private final String address;

    /** @param key that was shown */
    Provision(HttpServices services, Context context, Answer answer, Identity.Provisioner key, String address) {
        this.services = services;
        this.context = context;
        this.answer = answer;
        this.key = key;
        this.address = address;
    }

    /** What a device asks for. */
    private record Wish(DeviceId device, Optional<String> type, Optional<String> secret) {}

    @Override
    public void take(byte[] payload) {
        Wish wish;
        try {
            wish = wish(payload);
        } catch (IllegalArgumentException e) {
            answer.fail(Problem.badRequest("invalid-provisioning", String.valueOf(e.getMessage())));
            return;
        }
        if (services.devices().find(wish.device().value()).isPresent()) {
            known(wish);
        } else if (services.sessions().find(wish.device()).isPresent()) {
            // It lives without being registered, by a certificate or an issuer's token: its id is taken.
            answer.fail(Problem.deviceExists(wish.device().value()));
        } else {
            enrol(wish);
        }
    }

    @Override
    public void tooLarge(byte[] beginning) {
        answer.fail(Problem.rejected(RejectReason.TOO_LARGE, "the body has more than " + beginning.length + " bytes"));
    }

    private static Wish wish(byte[] payload) {
        JsonNode body = Json.read(payload, JsonNode.class);
        Optional<String> id = text(body, "deviceId");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("deviceId (expected the device's id)");
        }
        Optional<String> type = text(body, "type");
        if (type.filter(Provision::isNoType).isPresent()) {
            throw new IllegalArgumentException("type (expected 1 to " + MAX_TYPE + " printable characters)");
        }
        Optional<String> secret = text(body, "secret");
        if (secret.filter(given -> !SECRET.matcher(given).matches()).isPresent()) {
            throw new IllegalArgumentException("secret (expected 16 to 256 of letters, digits, - and _)");
        }
        return new Wish(new DeviceId(id.get()), type, secret);
    }

    private static Optional<String> text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + " (expected a text)");
        }
        return Optional.of(value.textValue());
    }

    private static boolean isNoType(String type) {
        return type.isBlank() || type.length() > MAX_TYPE || type.chars().anyMatch(Character::isISOControl);
    }

    /** Whoever has its secret has been here before and has not heard the answer; nobody else is told more than that it is there. */
    private void known(Wish wish) {
        if (wish.secret().isEmpty()) {
            answer.fail(Problem.deviceExists(wish.device().value()));
            return;
        }
        Identity identity = services.authenticator()
                .identify(address, "", Optional.of(wish.device().value()), wish.secret());
        if (identity instanceof Identity.Device) {
            succeed(200, wish.device(), wish.secret().get());
        } else if (identity instanceof Identity.TooManyFailures limited) {
            answer.fail(Problem.tooManyFailures(limited.retryAfter()));
        } else {
            answer.fail(Problem.deviceExists(wish.device().value()));
        }
    }

    private void enrol(Wish wish) {
        String secret = wish.secret().orElseGet(SecretDigest::newSecret);
        Enrolments enrolments = services.enrolments();
        var unused = enrolments
                .enrol(wish.device(), secret, key.keyId(), wish.type())
                .whenComplete((outcome, failure) -> context.runOnContext(
                        v -> enrolled(wish.device(), secret, failure == null ? outcome : Outcome.TOO_LATE)));
    }

    private void enrolled(DeviceId device, String secret, Outcome outcome) {
        switch (outcome) {
            case ENROLLED -> {
                log.atInfo()
                        .addKeyValue("deviceId", device)
                        .addKeyValue("key", key.name())
                        .addKeyValue("address", address)
                        .log("device provisioned");
                succeed(201, device, secret);
            }
            case TAKEN -> answer.fail(Problem.deviceExists(device.value()));
            case TOO_LATE -> answer.fail(Problem.unavailable("the registry does not answer"));
            case BUSY -> answer.fail(Problem.unavailable("too many devices wait to be registered, or this one does"));
        }
    }

    private void succeed(int status, DeviceId device, String secret) {
        var json = Json.mapper().createObjectNode();
        json.put("deviceId", device.value());
        json.put("secret", secret);
        var unused = answer.send(status, "application/json", Map.of("Cache-Control", "no-store"), Json.write(json));
    }
}
