package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.life.Retry;
import io.millrace.commands.life.Terms;
import io.millrace.commands.store.CommandContent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The fields of a request that sends a command, to one device or to many. */
final class CommandFields {
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);
    private static final Duration LONGEST_DELAY = Duration.ofDays(1);
    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(10);
    private static final int MOST_RETRIES = 10;
    private static final int MAX_CONTENT_TYPE = 128;
    private static final int MAX_IDEMPOTENCY_KEY = 128;

    private CommandFields() {}

    static CommandContent content(Body body, CommandsConfig config) {
        JsonNode payload = body.any("payload")
                .orElseThrow(() -> Problem.field("payload", "missing", "a text or any other JSON value"));
        byte[] bytes = payload.isTextual() ? payload.textValue().getBytes(UTF_8) : Json.write(payload);
        if (bytes.length > config.maxPayload()) {
            throw Problem.of(
                    413,
                    "too-large",
                    "payload: " + bytes.length + " bytes (expected at most " + config.maxPayload() + ")");
        }
        Optional<String> contentType = body.maybeText("contentType", MAX_CONTENT_TYPE)
                .or(() -> payload.isTextual() ? Optional.of("text/plain") : Optional.empty());
        Duration expiresIn = body.duration("expiresIn", LONGEST_EXPIRY).orElse(config.defaultExpiry());
        int qos = body.number("qos", 0, 2).orElse(1);
        return new CommandContent(bytes, contentType, qos, expiresIn, terms(body));
    }

    private static Terms terms(Body body) {
        Optional<Duration> answerWithin = body.duration("answerWithin", LONGEST_DELAY);
        Retry retry = body.object("retry")
                .map(policy -> retry(policy, answerWithin.isPresent()))
                .orElse(Retry.NONE);
        return new Terms(retry, answerWithin);
    }

    private static Retry retry(Body policy, boolean mustAnswer) {
        int times = policy.number("times", 1, MOST_RETRIES)
                .orElseThrow(() -> Problem.field("retry.times", "missing", "a whole number from 1 to " + MOST_RETRIES));
        Duration delay = policy.duration("delay", LONGEST_DELAY).orElse(DEFAULT_DELAY);
        Set<Retry.Cause> causes = mustAnswer ? EnumSet.allOf(Retry.Cause.class) : EnumSet.of(Retry.Cause.FAILED);
        Set<Retry.Cause> on = policy.any("on").map(CommandFields::causes).orElse(causes);
        policy.finish();
        if (on.contains(Retry.Cause.NO_ANSWER) && !mustAnswer) {
            throw Problem.field("retry.on", "no-answer", "answerWithin beside it, to tell when an answer is missing");
        }
        return new Retry(times, delay, on);
    }

    private static Set<Retry.Cause> causes(JsonNode words) {
        Problem wrong = Problem.field("retry.on", words.toString(), "a list of failed, no-answer or both");
        Set<Retry.Cause> causes = EnumSet.noneOf(Retry.Cause.class);
        for (JsonNode word : words) {
            try {
                causes.add(Retry.Cause.parse(word.asText()));
            } catch (IllegalArgumentException e) {
                throw wrong;
            }
        }
        if (causes.isEmpty() || !words.isArray()) {
            throw wrong;
        }
        return causes;
    }

    static Optional<String> idempotencyKey(Call call) {
        Optional<String> key = call.header("Idempotency-Key").filter(text -> !text.isEmpty());
        if (key.isPresent() && key.get().length() > MAX_IDEMPOTENCY_KEY) {
            throw Problem.field(
                    "Idempotency-Key",
                    key.get().length() + " characters",
                    "at most " + MAX_IDEMPOTENCY_KEY + " characters");
        }
        return key;
    }

    static Optional<CommandStatus> status(Call call) {
        return call.query("status").map(text -> {
            try {
                return CommandStatus.parse(text);
            } catch (IllegalArgumentException e) {
                throw Problem.field("status", "\"" + text + "\"", "a status such as queued or delivered");
            }
        });
    }

    /** In lists by {@code seq}. */
    static Optional<Long> position(Call call) {
        return call.cursor(1).map(parts -> {
            if (!parts[0].matches("\\d{1,18}")) {
                throw Problem.field("cursor", "\"" + parts[0] + "\"", "nextCursor of the page before");
            }
            return Long.parseLong(parts[0]);
        });
    }
}
