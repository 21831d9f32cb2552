package io.millrace.commands.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.store.Webhook;
import io.millrace.commands.store.WebhookMessage;
import io.millrace.commands.store.WebhookMessage.Attempt;
import io.millrace.commands.store.WebhookMessage.Claimed;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.commands.store.WebhookStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to tell a receiver, and what comes of it: taken, again later, given up. What no longer makes sense, because the receiver is
 * gone or has been dead for long, disables its webhook. Any thread.
 */
public final class WebhookDelivery {
    private static final int GONE = 410;
    private static final int LONGEST_ERROR = 300;

    private final WebhookClient client;
    private final WebhookStore webhooks;
    private final WebhookMessageStore messages;
    private final WebhookSecrets secrets;
    private final WebhooksConfig config;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public WebhookDelivery(
            Vertx vertx,
            WebhookStore webhooks,
            WebhookMessageStore messages,
            WebhookSecrets secrets,
            WebhooksConfig config,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.client = new WebhookClient(vertx, config.reach(), config.authorities());
        this.webhooks = webhooks;
        this.messages = messages;
        this.secrets = secrets;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Fails only if the outcome cannot be written down; then the message is due again when its time is over. */
    Future<Void> deliver(Claimed claimed) {
        long began = System.nanoTime();
        return post(claimed).transform(result -> {
            Attempt attempt = attempt(
                    result.succeeded() ? Optional.of(result.result()) : Optional.empty(), result.cause(), began);
            metrics.webhook(attempt.error().isEmpty());
            WebhookMessage message = claimed.message();
            if (attempt.error().isEmpty()) {
                return messages.delivered(message, attempt);
            }
            if (attempt.httpStatus().filter(status -> status == GONE).isPresent()) {
                return messages.failed(message, attempt)
                        .compose(done -> webhooks.disable(
                                message.webhookId(), "the receiver answered 410 Gone", clock.instant()));
            }
            Optional<Duration> wished = result.succeeded() ? result.result().retryAfter() : Optional.empty();
            return again(message, attempt, wished);
        });
    }

    private Future<Void> again(WebhookMessage message, Attempt attempt, Optional<Duration> wished) {
        Duration pause = config.backoff()
                .after(message.attempt(), wished, ThreadLocalRandom.current().nextDouble());
        return messages.again(message, attempt, pause, config.giveUpAfter())
                .compose(givenUp -> givenUp ? givenUp(message, attempt) : Future.succeededFuture());
    }

    private Future<Void> givenUp(WebhookMessage message, Attempt attempt) {
        metrics.webhookGivenUp();
        Instant since = message.createdAt();
        return webhooks.disableIfDead(
                        message.webhookId(),
                        since,
                        "took nothing since " + since + ", at last: "
                                + attempt.error().orElse("no answer"),
                        clock.instant())
                .mapEmpty();
    }

    /** Tried once, now, whatever the webhook listens to; how it went. */
    public Future<WebhookMessage> test(Webhook webhook, String event, JsonNode data) {
        return messages.begin(webhook, event, "test", data).compose(claimed -> {
            long began = System.nanoTime();
            return post(claimed)
                    .transform(result -> {
                        Attempt attempt = attempt(
                                result.succeeded() ? Optional.of(result.result()) : Optional.empty(),
                                result.cause(),
                                began);
                        return attempt.error().isEmpty()
                                ? messages.delivered(claimed.message(), attempt)
                                : messages.failed(claimed.message(), attempt);
                    })
                    .compose(done -> messages.find(claimed.message().n()))
                    .map(found -> found.orElse(claimed.message()));
        });
    }

    private Future<WebhookClient.Reply> post(Claimed claimed) {
        try {
            WebhookMessage message = claimed.message();
            String secret = secrets.open(message.webhookId(), claimed.secret());
            byte[] body = WebhookBody.of(message, claimed.receiver(), config.externalUrl());
            long timestamp = clock.instant().getEpochSecond();
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "application/json");
            headers.put("User-Agent", "Millrace");
            headers.put("webhook-id", message.id());
            headers.put("webhook-timestamp", Long.toString(timestamp));
            headers.put("webhook-signature", WebhookSecrets.signature(secret, message.id(), timestamp, body));
            return client.post(WebhookUrl.parse(claimed.url()), headers, body);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        }
    }

    private static Attempt attempt(Optional<WebhookClient.Reply> reply, @Nullable Throwable failure, long began) {
        int took = (int) Duration.ofNanos(System.nanoTime() - began).toMillis();
        Optional<String> error = reply.map(one -> one.status() / 100 == 2 ? "" : refusal(one.status()))
                .or(() -> Optional.of(reason(failure)))
                .filter(text -> !text.isEmpty());
        return new Attempt(reply.map(WebhookClient.Reply::status), error, took);
    }

    private static String refusal(int status) {
        return status / 100 == 3
                ? "answered " + status + ": redirects are not followed"
                : "answered " + status + " (expected 2xx)";
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer within " + WebhookClient.LONGEST.toSeconds() + " s";
        }
        String text = failure == null || failure.getMessage() == null ? String.valueOf(failure) : failure.getMessage();
        if (failure instanceof SSLException) {
            text += ": " + root(failure) + " (an authority of your own belongs into webhooks.ca)";
        }
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    Future<Void> close() {
        return client.close();
    }
}
