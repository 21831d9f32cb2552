package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.webhook.WebhookUrl;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The fields of a webhook as a request has them. */
final class WebhookFields {
    private static final int MAX_NAME = 64;
    private static final int MAX_URL = 2048;
    private static final int MOST = 1000;
    private static final List<String> EVENTS = Stream.concat(
                    Stream.of("alert.firing", "alert.resolved"),
                    Arrays.stream(CommandStatus.values())
                            .filter(status -> status != CommandStatus.QUEUED && status != CommandStatus.SENT)
                            .map(status -> "command." + status.text()))
            .toList();

    private WebhookFields() {}

    static Optional<String> name(Body body) {
        Optional<String> name = body.maybeText("name", MAX_NAME);
        if (name.filter(text -> !text.matches("[A-Za-z0-9._@-]+")).isPresent()) {
            throw Problem.field("name", "\"" + name.get() + "\"", "1 to 64 characters of letters, digits and . _ @ -");
        }
        return name;
    }

    static Optional<String> url(Body body) {
        return body.maybeText("url", MAX_URL).map(text -> {
            try {
                var unused = WebhookUrl.parse(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw Problem.field("url", "\"" + text + "\"", WebhookUrl.EXPECTED);
            }
        });
    }

    static Optional<List<String>> events(Body body) {
        Optional<List<String>> events = texts(body, "events", EVENTS::contains, "one of " + String.join(", ", EVENTS));
        if (events.filter(List::isEmpty).isPresent()) {
            throw Problem.field("events", "[]", "at least one of " + String.join(", ", EVENTS));
        }
        return events;
    }

    static Optional<List<String>> devices(Body body) {
        return texts(body, "devices", DeviceId::isValid, "1 to 256 characters of letters, digits and . _ : -");
    }

    static Optional<List<String>> rules(Body body) {
        return texts(body, "rules", text -> text.matches("[^/]{1,256}/[^/]{1,256}"), "group/name");
    }

    private static Optional<List<String>> texts(Body body, String field, Predicate<String> good, String expected) {
        return body.any(field).map(node -> {
            if (!node.isArray() || node.size() > MOST) {
                throw Problem.field(field, Body.kind(node), "an array of at most " + MOST + " texts");
            }
            List<String> texts = new ArrayList<>();
            for (JsonNode item : node) {
                if (!item.isTextual() || !good.test(item.textValue())) {
                    throw Problem.field(field, item.toString(), expected);
                }
                if (!texts.contains(item.textValue())) {
                    texts.add(item.textValue());
                }
            }
            return texts;
        });
    }
}
