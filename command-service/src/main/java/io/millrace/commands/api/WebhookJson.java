package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.Webhook;
import io.millrace.commands.store.WebhookMessage;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Webhooks and what was sent to them, as the API shows them, and what a test sends. */
final class WebhookJson {
    private WebhookJson() {}

    static ObjectNode of(Webhook webhook) {
        ObjectNode json = Answer.object()
                .put("id", webhook.id())
                .put("name", webhook.name())
                .put("url", webhook.url());
        json.set("events", Json.mapper().valueToTree(webhook.events()));
        json.set("devices", Json.mapper().valueToTree(webhook.devices()));
        json.set("rules", Json.mapper().valueToTree(webhook.rules()));
        json.set("labels", Json.mapper().valueToTree(webhook.labels()));
        json.put("enabled", webhook.enabled());
        webhook.disabledReason().ifPresent(reason -> json.put("disabledReason", reason));
        return json.put("createdAt", webhook.createdAt().toString())
                .put("createdBy", webhook.createdBy())
                .put("updatedAt", webhook.updatedAt().toString());
    }

    static ObjectNode of(WebhookMessage message) {
        ObjectNode json = Answer.object()
                .put("id", message.id())
                .put("event", message.event())
                .put("subject", message.subject())
                .put("status", message.status().text())
                .put("attempt", message.attempt())
                .put("createdAt", message.createdAt().toString());
        message.triedAt().ifPresent(at -> json.put("triedAt", at.toString()));
        message.httpStatus().ifPresent(status -> json.put("httpStatus", status));
        message.error().ifPresent(error -> json.put("error", error));
        message.tookMillis().ifPresent(took -> json.put("tookMillis", took));
        message.finishedAt().ifPresent(at -> json.put("finishedAt", at.toString()));
        if (message.status() == WebhookMessage.Status.PENDING) {
            json.put("nextAttemptAt", message.dueAt().toString());
        }
        return json;
    }

    /** An alert that is over as soon as it fires, so that nobody is kept awake by it. */
    static ObjectNode testAlert(Instant now) {
        return Json.mapper()
                .valueToTree(new AlertEvent(
                        AlertEvent.State.RESOLVED,
                        Map.of("alertname", "MillraceTest", "severity", "none"),
                        Map.of("summary", "A test from Millrace: this receiver is reached"),
                        now,
                        Optional.of(now),
                        "test",
                        Optional.empty(),
                        "millrace/test",
                        "",
                        "test",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("test"),
                        false,
                        now));
    }
}
