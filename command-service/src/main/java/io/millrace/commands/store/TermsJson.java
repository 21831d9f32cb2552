package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.life.Retry;
import io.millrace.commands.life.Terms;
import io.millrace.schemas.Json;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns {@code retry} and {@code answer_within_ms}: what a sender wishes beyond the delivery. */
final class TermsJson {
    private TermsJson() {}

    /** Null if there is no retry. */
    static @Nullable String retry(Terms terms) {
        Retry retry = terms.retry();
        if (retry.times() == 0) {
            return null;
        }
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("times", retry.times()).put("delayMs", retry.delay().toMillis());
        retry.on().stream().sorted().forEach(cause -> json.withArray("/on").add(cause.text()));
        return json.toString();
    }

    static @Nullable Long answerWithin(Terms terms) {
        return terms.answerWithin().map(Duration::toMillis).orElse(null);
    }

    /** Of a row with {@code retry} as text. */
    static Terms terms(Row row) {
        return terms(row, "retry");
    }

    static Terms terms(Row row, String retryAsText) {
        Optional<Retry> retry = Columns.maybeJson(row, retryAsText).map(TermsJson::retry);
        Optional<Duration> answerWithin =
                Optional.ofNullable(row.getLong("answer_within_ms")).map(Duration::ofMillis);
        return retry.isEmpty() && answerWithin.isEmpty()
                ? Terms.NONE
                : new Terms(retry.orElse(Retry.NONE), answerWithin);
    }

    private static Retry retry(JsonNode json) {
        Set<Retry.Cause> on = EnumSet.noneOf(Retry.Cause.class);
        json.path("on").forEach(word -> on.add(Retry.Cause.parse(word.asText())));
        return new Retry(
                json.path("times").asInt(),
                Duration.ofMillis(json.path("delayMs").asLong()),
                on);
    }
}
