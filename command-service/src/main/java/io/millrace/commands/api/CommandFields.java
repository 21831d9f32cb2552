package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.life.Retry;
import io.millrace.commands.life.Terms;
import io.millrace.commands.store.CommandContent;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The fields of a request that sends a command, to one device or to many. */
final class CommandFields {
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);
    private static final Duration LONGEST_DELAY = Duration.ofDays(1);
    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(10);

    private CommandFields() {}

    static CommandContent content(Body body, CommandsConfig config) {
        JsonNode payload = body.any("payload")
                .orElseThrow(() -> Problem.field("payload", "missing", "a text or any other JSON value"));
        byte[] bytes = payload.isTextual() ? payload.textValue().getBytes(UTF_8) : Json.write(payload);
        if (bytes.length > config.maxPayload()) {
            throw Problem.tooLarge("payload", bytes.length, config.maxPayload());
        }
        Optional<String> contentType = body.maybeText("contentType")
                .or(() -> payload.isTextual() ? Optional.of("text/plain") : Optional.empty());
        Duration expiresIn = body.duration("expiresIn", LONGEST_EXPIRY).orElse(config.defaultExpiry());
        int qos = body.number("qos").orElse(1);
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
        int times = policy.number("times").orElseThrow();
        Duration delay = policy.duration("delay", LONGEST_DELAY).orElse(DEFAULT_DELAY);
        Set<Retry.Cause> causes = mustAnswer ? EnumSet.allOf(Retry.Cause.class) : EnumSet.of(Retry.Cause.FAILED);
        Set<Retry.Cause> on = policy.texts("on")
                .map(words -> words.stream().map(Retry.Cause::parse).collect(Collectors.toSet()))
                .orElse(causes);
        if (on.contains(Retry.Cause.NO_ANSWER) && !mustAnswer) {
            throw Problem.field("retry.on", "no-answer", "answerWithin beside it, to tell when an answer is missing");
        }
        return new Retry(times, delay, on);
    }

    static Optional<String> idempotencyKey(Call call) {
        return call.header("Idempotency-Key").filter(text -> !text.isEmpty());
    }
}
