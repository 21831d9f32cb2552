package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** The published document of messages is one, and says what the code does: topics, their settings, headers, MQTT topics. */
class AsyncApiTest {
    private static final Map<String, NewTopic> TOPICS = new Topics("")
            .all(32, 64, (short) 3, Duration.ofDays(7)).stream().collect(Collectors.toMap(NewTopic::name, t -> t));

    private final AsyncApi api = new AsyncApi();

    @Test
    void itIsAsAsyncApiDemands() throws IOException {
        assertThat(official().validate(api.document())).isEmpty();
    }

    /** A comma in a text without quotes makes words without a value of what follows. */
    @Test
    void everyWordHasAValue() {
        assertThat(nulls(api.document())).isZero();
    }

    private static int nulls(JsonNode node) {
        int count = node.isNull() ? 1 : 0;
        for (JsonNode child : node) {
            count += nulls(child);
        }
        return count;
    }

    /** Else {@link #itIsAsAsyncApiDemands} would say nothing. */
    @Test
    void whatIsNotAsAsyncApiDemandsIsFound() throws IOException {
        ObjectNode wrong = api.document().deepCopy();
        wrong.withObject("/channels/telemetry").put("topic", "telemetry");
        assertThat(official().validate(wrong)).isNotEmpty();
    }

    private static Schema official() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                AsyncApiTest.class.getResourceAsStream("/asyncapi/asyncapi-3.0.0.schema.json"))) {
            return AsyncApi.schema(AsyncApi.JSON.readTree(in));
        }
    }

    @Test
    void everyTopicIsAChannelAndTheReverse() {
        assertThat(api.kafkaChannels().keySet()).containsExactlyInAnyOrderElementsOf(TOPICS.keySet());
        api.kafkaChannels()
                .forEach((topic, channel) -> assertThat(channel.get("tags").findValuesAsText("name"))
                        .as(topic)
                        .containsAnyOf("consumers", "internal"));
    }

    @Test
    void topicsAreMadeAsTheirChannelsSay() {
        api.kafkaChannels().forEach((topic, channel) -> {
            NewTopic made = Objects.requireNonNull(TOPICS.get(topic), topic);
            JsonNode told = channel.at("/bindings/kafka");
            JsonNode settings = told.get("topicConfiguration");
            assertThat(settings.at("/cleanup.policy/0").asText())
                    .as(topic)
                    .isEqualTo(made.configs().getOrDefault("cleanup.policy", "delete"));
            assertThat(settings.path("retention.ms").asText())
                    .as(topic)
                    .isEqualTo(made.configs().getOrDefault("retention.ms", ""));
            assertThat(settings.path("max.message.bytes").asText())
                    .as(topic)
                    .isEqualTo(made.configs().getOrDefault("max.message.bytes", ""));
            assertThat(told.path("partitions").asInt(0)).as(topic).isEqualTo(made.numPartitions() == 1 ? 1 : 0);
        });
    }

    /** Compacted topics whose keys can go say how; nothing goes from the others but by time. */
    @Test
    void tombstonesStandWhereThingsCanBeDeleted() {
        Set<String> with = new TreeSet<>();
        api.kafkaChannels().forEach((topic, channel) -> channel.get("messages").forEach(message -> {
            if (api.resolve(message).at("/payload/type").asText().equals("null")) {
                with.add(topic);
            }
        }));
        assertThat(with).containsExactly("access-keys", "device-registry", "device-session-state");
    }

    @Test
    void everyHeaderHasItsNameInTheCodeAndTheReverse() {
        Set<String> told = new TreeSet<>();
        for (JsonNode channel : api.kafkaChannels().values()) {
            for (JsonNode message : channel.get("messages")) {
                JsonNode headers = api.resolve(message).path("headers");
                headers.path("properties").fieldNames().forEachRemaining(told::add);
                headers.path("patternProperties")
                        .fieldNames()
                        .forEachRemaining(name -> told.add(name.replaceAll("[\\^\\\\]", "")));
            }
        }
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Headers.class.getFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                        .map(AsyncApiTest::value)
                        .toList());
    }

    private static String value(Field constant) {
        try {
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyBranchOfADevicesTopicsIsAChannelAndHasItsDirection() {
        assertThat(api.mqttChannels().keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("devices/{deviceId}/telemetry/{channel}"),
                                Arrays.stream(DeviceTopic.Branch.values())
                                        .map(branch -> "devices/{deviceId}/"
                                                + branch.name().toLowerCase(Locale.ROOT)))
                        .toList());
        assertThat(actions("mqttTelemetry")).containsExactly("receive", "send");
        assertThat(actions("mqttState")).containsExactly("receive");
        assertThat(actions("mqttResponses")).containsExactly("receive");
        assertThat(actions("mqttCommands")).containsExactly("receive", "send");
        assertThat(actions("mqttConfig")).containsExactly("send");
    }

    private Set<String> actions(String channel) {
        Set<String> actions = new TreeSet<>();
        for (JsonNode operation : api.document().get("operations")) {
            if (operation.at("/channel/$ref").asText().equals("#/channels/" + channel)) {
                actions.add(operation.get("action").asText());
            }
        }
        return actions;
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (String place : api.document().findValuesAsText("$ref")) {
            if (place.startsWith("#")) {
                assertThat(api.document().at(place.substring(1)).isMissingNode())
                        .as(place)
                        .isFalse();
            } else {
                assertThat(AsyncApi.json(place).path("title").asText())
                        .as(place)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void itsExamplesAreAsItSays() {
        for (JsonNode message : api.document().at("/components/messages")) {
            Schema payload = AsyncApi.schema(AsyncApi.closed(api.resolve(message.get("payload"))));
            for (JsonNode example : message.path("examples")) {
                assertThat(payload.validate(example.get("payload")))
                        .as(message.get("title").asText())
                        .isEmpty();
            }
        }
    }
}
