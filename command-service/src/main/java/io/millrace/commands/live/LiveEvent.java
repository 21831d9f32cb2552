package io.millrace.commands.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Something that has just happened to a device.
 *
 * @param frame as server-sent events have it: its name, and one line of JSON
 */
public record LiveEvent(Type type, Optional<String> device, Buffer frame) {
    /** Each is read from a topic of its own. */
    public enum Type {
        TELEMETRY,
        PRESENCE,
        COMMAND,
        ALERT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        String topic(Topics topics) {
            return switch (this) {
                case TELEMETRY -> topics.telemetry();
                case PRESENCE -> topics.deviceSessions();
                case COMMAND -> topics.commandEvents();
                case ALERT -> topics.alerts();
            };
        }
    }

    /** Empty for what is nobody's news: tombstones, heartbeats, reports that are not a change of status. */
    static Optional<LiveEvent> of(Type type, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || record.key() == null) {
            return Optional.empty();
        }
        return switch (type) {
            case TELEMETRY -> Optional.of(telemetry(record));
            case PRESENCE -> presence(record);
            case COMMAND -> command(record);
            case ALERT -> Optional.of(alert(record));
        };
    }

    /** The device's own words: its numbers may be finer, or larger, than any of ours. */
    private static LiveEvent telemetry(ConsumerRecord<byte[], byte[]> record) {
        String device = new String(record.key(), UTF_8);
        ObjectNode json = json(device, Instant.ofEpochMilli(record.timestamp()));
        Headers.text(record.headers(), Headers.CHANNEL).ifPresent(channel -> json.put("channel", channel));
        byte[] head = Json.write(json);
        Buffer data = Buffer.buffer()
                .appendBytes(head, 0, head.length - 1)
                .appendString(",\"values\":")
                .appendBytes(inOneLine(record.value()))
                .appendString("}");
        return event(Type.TELEMETRY, Optional.of(device), data);
    }

    /** In JSON a line break can only be white space. */
    private static byte[] inOneLine(byte[] json) {
        try (JsonParser parser = Json.mapper().createParser(json)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something behind the JSON of a reading");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a reading that is no JSON: " + e.getMessage(), e);
        }
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    private static Optional<LiveEvent> presence(ConsumerRecord<byte[], byte[]> record) {
        SessionEvent event = Json.read(record.value(), SessionEvent.class);
        if (event instanceof SessionEvent.Opened opened) {
            return Optional.of(presence(opened, "connected", record.offset(), Optional.empty()));
        } else if (event instanceof SessionEvent.Ready ready) {
            return Optional.of(presence(ready, "ready", ready.epoch(), Optional.empty()));
        } else if (event instanceof SessionEvent.Closed closed) {
            return Optional.of(presence(
                    closed,
                    "disconnected",
                    closed.epoch(),
                    Optional.of(closed.reason().text())));
        }
        return Optional.empty();
    }

    private static LiveEvent presence(SessionEvent.OfDevice event, String what, long epoch, Optional<String> reason) {
        String device = event.deviceId().value();
        ObjectNode json = json(device, event.at()).put("presence", what).put("gateway", event.slot());
        json.put("session", epoch);
        reason.ifPresent(text -> json.put("reason", text));
        return event(Type.PRESENCE, Optional.of(device), json);
    }

    private static Optional<LiveEvent> command(ConsumerRecord<byte[], byte[]> record) {
        if (!(Json.read(record.value(), CommandEvent.class) instanceof CommandEvent.StatusChanged changed)) {
            return Optional.empty();
        }
        String device = changed.deviceId().value();
        ObjectNode json = json(device, changed.at())
                .put("commandId", changed.commandId())
                .put("status", changed.status().text())
                .put("attempt", changed.attempt());
        changed.reason().ifPresent(reason -> json.put("reason", reason));
        return Optional.of(event(Type.COMMAND, Optional.of(device), json));
    }

    /** As it stands on the topic. */
    private static LiveEvent alert(ConsumerRecord<byte[], byte[]> record) {
        JsonNode json = Json.read(record.value(), JsonNode.class);
        return event(Type.ALERT, Optional.ofNullable(json.get("deviceId")).map(JsonNode::textValue), json);
    }

    private static ObjectNode json(String device, Instant at) {
        return Json.mapper().createObjectNode().put("deviceId", device).put("time", at.toString());
    }

    /** Our JSON has no line breaks, which would end the data of an event. */
    private static LiveEvent event(Type type, Optional<String> device, JsonNode json) {
        return event(type, device, Buffer.buffer(Json.write(json)));
    }

    private static LiveEvent event(Type type, Optional<String> device, Buffer data) {
        Buffer frame = Buffer.buffer("event: " + type.text() + "\ndata: ")
                .appendBuffer(data)
                .appendString("\n\n");
        return new LiveEvent(type, device, frame);
    }
}
