package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The published document of messages, as a program downstream would use it: which channels there are, and what is wrong with a
 * record of one of them. Schemas are open, for readers must ignore what they do not know; here they are closed, so that a
 * field or header that nobody described is found.
 */
final class AsyncApi {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLACE = "/io/millrace/schemas/";
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

    private final JsonNode document;
    private final Map<String, List<Message>> ofTopics = new LinkedHashMap<>();

    /** One message of a channel of Kafka. */
    private record Message(
            String name, Schema key, Schema headers, Schema payload, boolean isTombstone, boolean isJson) {}

    AsyncApi() {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(text("asyncapi.yaml"));
        document = JSON.valueToTree(yaml);
        kafkaChannels().forEach((topic, channel) -> {
            List<Message> messages = new ArrayList<>();
            channel.get("messages").forEach(reference -> messages.add(message(reference)));
            ofTopics.put(topic, messages);
        });
    }

    JsonNode document() {
        return document;
    }

    /** By topic. */
    Map<String, JsonNode> kafkaChannels() {
        return channels("#/servers/kafka");
    }

    /** By the topic's filter. */
    Map<String, JsonNode> mqttChannels() {
        return channels("#/servers/mqtt");
    }

    private Map<String, JsonNode> channels(String server) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (JsonNode channel : document.get("channels")) {
            if (channel.get("servers").findValuesAsText("$ref").contains(server)) {
                found.put(channel.get("address").asText(), channel);
            }
        }
        return found;
    }

    /** What a reference of the document leads to; what is none is itself. */
    JsonNode resolve(JsonNode node) {
        JsonNode reference = node.get("$ref");
        if (reference == null) {
            return node;
        }
        String place = reference.asText();
        return place.startsWith("#") ? resolve(document.at(place.substring(1))) : json(place);
    }

    /** What is wrong with a record: empty if it is as one of its topic's messages says. */
    List<String> problems(ConsumerRecord<byte[], byte[]> record) {
        List<Message> messages = ofTopics.getOrDefault(record.topic(), List.of()).stream()
                .filter(message -> message.isTombstone() == (record.value() == null))
                .toList();
        if (messages.isEmpty()) {
            return List.of(
                    record.value() == null ? "a tombstone, which is not published" : "no channel " + record.topic());
        }
        List<String> problems = new ArrayList<>();
        for (Message message : messages) {
            List<String> now = problems(message, record);
            if (now.isEmpty()) {
                return now;
            }
            problems.addAll(now);
        }
        return problems;
    }

    private static List<String> problems(Message message, ConsumerRecord<byte[], byte[]> record) {
        ObjectNode headers = JSON.createObjectNode();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        Stream<Error> wrong = Stream.concat(
                message.key().validate(JSON.getNodeFactory().textNode(new String(record.key(), UTF_8))).stream(),
                message.headers().validate(headers).stream());
        if (message.isJson() && record.value() != null) {
            wrong = Stream.concat(wrong, message.payload().validate(tree(record.value())).stream());
        }
        return wrong.map(error -> message.name() + " " + error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    private Message message(JsonNode reference) {
        JsonNode message = resolve(reference);
        JsonNode payload = resolve(message.get("payload"));
        JsonNode headers = message.has("headers")
                ? message.get("headers")
                : JSON.createObjectNode().put("type", "object").set("properties", JSON.createObjectNode());
        return new Message(
                message.get("title").asText(),
                SCHEMAS.getSchema(message.at("/bindings/kafka/key")),
                SCHEMAS.getSchema(closed(headers)),
                SCHEMAS.getSchema(closed(payload)),
                payload.path("type").asText().equals("null"),
                !message.has("contentType"));
    }

    /** The same, of which an object may hold nothing more than what it says. */
    static JsonNode closed(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        for (JsonNode parent : copy.findParents("properties")) {
            if (parent.path("type").asText().equals("object") && !parent.has("additionalProperties")) {
                ((ObjectNode) parent).put("additionalProperties", false);
            }
        }
        return copy;
    }

    static Schema schema(JsonNode schema) {
        return SCHEMAS.getSchema(schema);
    }

    /** A file beside the document. */
    static JsonNode json(String name) {
        return tree(text(name).getBytes(UTF_8));
    }

    private static String text(String name) {
        try (InputStream in = Objects.requireNonNull(AsyncApi.class.getResourceAsStream(PLACE + name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is no JSON is a text, which is no record of ours. */
    private static JsonNode tree(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            return JSON.getNodeFactory().textNode("no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
