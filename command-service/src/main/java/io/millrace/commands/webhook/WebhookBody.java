package io.millrace.commands.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.WebhookMessage;
import io.millrace.schemas.Json;
import java.util.List;

/**
 * What a receiver reads: an alert as Alertmanager's webhook (version 4) has it, so that receivers made for that understand it, and what
 * became of a command as {@code {type, timestamp, data}}. Pure.
 */
final class WebhookBody {
    private static final String NO_END = "0001-01-01T00:00:00Z";
    private static final List<String> GROUPED_BY = List.of("alertname", "device");

    private WebhookBody() {}

    /** @param externalUrl of this service, for links; may be empty */
    static byte[] of(WebhookMessage message, String receiver, String externalUrl) {
        return Json.write(
                message.event().startsWith("alert.") ? alert(message.data(), receiver, externalUrl) : event(message));
    }

    private static ObjectNode event(WebhookMessage message) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("type", message.event());
        body.put("timestamp", message.createdAt().toString());
        body.set("data", message.data());
        return body;
    }

    /** Each alert goes by itself: nothing is held back to be grouped. */
    private static ObjectNode alert(JsonNode event, String receiver, String externalUrl) {
        JsonNode labels = event.path("labels");
        ObjectNode grouped = Json.mapper().createObjectNode();
        GROUPED_BY.stream().filter(labels::has).forEach(name -> grouped.set(name, labels.get(name)));
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("version", "4");
        body.put("groupKey", groupKey(grouped));
        body.put("truncatedAlerts", 0);
        body.set("status", event.get("status"));
        body.put("receiver", receiver);
        body.set("groupLabels", grouped);
        body.set("commonLabels", labels);
        body.set("commonAnnotations", event.path("annotations"));
        body.put("externalURL", externalUrl);
        String id = event.path("fingerprint").asText();
        ObjectNode alert = body.putArray("alerts").addObject();
        alert.set("status", event.get("status"));
        alert.set("labels", labels);
        alert.set("annotations", event.path("annotations"));
        alert.set("startsAt", event.get("startsAt"));
        alert.put("endsAt", event.path("endsAt").asText(NO_END));
        alert.put("generatorURL", externalUrl.isEmpty() ? "" : externalUrl + "/api/v1/alerts/" + id);
        alert.put("fingerprint", id);
        return body;
    }

    private static String groupKey(ObjectNode grouped) {
        StringBuilder key = new StringBuilder("{}:{");
        grouped.properties().forEach(label -> key.append(key.charAt(key.length() - 1) == '{' ? "" : ", ")
                .append(label.getKey())
                .append('=')
                .append(label.getValue()));
        return key.append('}').toString();
    }
}
