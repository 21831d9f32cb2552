package io.millrace.simulator.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SplittableRandom random = new SplittableRandom(7);

    @TempDir
    private Path folder;

    @Test
    void sineGoesUpAndDownOnceAPeriod() {
        List<Double> values = numbers(new Sine(10, 4, Duration.ofSeconds(100), 0, 3), 1000);

        assertThat(values).allMatch(value -> value >= 6 && value <= 14);
        assertThat(values).anyMatch(value -> value > 13.9).anyMatch(value -> value < 6.1);
        assertThat(values.get(7)).isEqualTo(values.get(107)).isNotEqualTo(values.get(57));
    }

    @Test
    void randomWalkTakesSmallStepsAndStaysWithinItsBounds() {
        List<Double> values = numbers(new RandomWalk(5, 2, 0, 10, 2), 5000);

        assertThat(values).allMatch(value -> value >= 0 && value <= 10);
        assertThat(values).anyMatch(value -> value < 1).anyMatch(value -> value > 9);
        for (int i = 1; i < values.size(); i++) {
            assertThat(Math.abs(values.get(i) - values.get(i - 1))).isLessThanOrEqualTo(2.011);
        }
    }

    @Test
    void spikesAreAsFrequentAndAsLongAsAsked() {
        List<Double> values = numbers(new Spikes(1, 0, 20, Duration.ofSeconds(95), Duration.ofSeconds(5), 2), 100_000);

        assertThat(values).containsOnly(1.0, 21.0);
        // 5 of 100 seconds.
        assertThat(values.stream().filter(value -> value > 20).count()).isBetween(3500L, 6500L);
    }

    @Test
    void choiceFollowsItsWeights() {
        Map<String, Integer> seen = new HashMap<>();
        Generator choice =
                new Choice(List.of(new Choice.Weighted("\"open\"", 1), new Choice.Weighted("\"closed\"", 3)));
        for (JsonNode value : values(choice, 10_000)) {
            seen.merge(value.asText(), 1, Integer::sum);
        }
        assertThat(seen.get("open")).isBetween(2200, 2800);
        assertThat(seen.get("closed")).isBetween(7200, 7800);
    }

    @Test
    void decimalsAreThoseAskedForAndNoNeedlessOnes() {
        JsonBytes out = new JsonBytes();
        double[] values = {3.14159, 31.0, 25.5, -0.07, -0.001, 123456789.125, 1e300};
        for (double value : values) {
            out.decimal(value, 2);
            out.ascii(" ");
        }
        out.decimal(0.000001, 6);
        out.ascii(" ");
        out.decimal(2.5, 0);
        assertThat(new String(out.copy(), StandardCharsets.US_ASCII))
                .isEqualTo("3.14 31 25.5 -0.07 0 123456789.13 1000000000000 0.000001 3");
    }

    @Test
    void replayGivesItsLinesInTheirOrderAndBeginsAgain() throws IOException {
        Path file = Files.writeString(
                folder.resolve("r.ndjson"),
                "{\"messageId\":9,\"deviceId\":\"x\",\"t\":1}\n\n{\"t\":2,\"text\":\"°\"}\n{}\n");
        Payload payload = new Payload(false, List.of(), Optional.of(Replay.of(file)));
        double[] state = payload.start(random);
        state[0] = 0;
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            JsonBytes out = new JsonBytes();
            payload.write(out, state, i, random);
            seen.add(new String(out.copy(), StandardCharsets.UTF_8));
        }
        assertThat(seen).containsExactly(",\"t\":1", ",\"t\":2,\"text\":\"°\"", "", ",\"t\":1");
    }

    @Test
    void linesThatAreNoReadingsAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("r.ndjson"), "{\"t\":1}\n[1]\n{\"t\":\n");

        assertThatThrownBy(() -> Replay.of(file))
                .hasMessageContaining("r.ndjson:2: (expected a JSON object)")
                .hasMessageContaining("r.ndjson:3: no JSON");
    }

    @Test
    void devicesRememberTheirOwn() {
        Payload payload = new Payload(
                false,
                List.of(
                        new Payload.Field("a", new RandomWalk(5, 0, 0, 10, 2)),
                        new Payload.Field("b", new Constant("\"x\"")),
                        new Payload.Field("c", new Sine(0, 1, Duration.ofHours(1), 0, 6))),
                Optional.empty());
        double[] one = payload.start(random);
        double[] other = payload.start(random);

        assertThat(one).hasSize(2);
        assertThat(one[1]).isNotEqualTo(other[1]);
    }

    private List<Double> numbers(Generator generator, int readings) {
        return values(generator, readings).stream().map(JsonNode::asDouble).toList();
    }

    /** One reading a second. */
    private List<JsonNode> values(Generator generator, int readings) {
        Payload payload = new Payload(false, List.of(new Payload.Field("v", generator)), Optional.empty());
        double[] state = payload.start(random);
        JsonBytes out = new JsonBytes();
        List<JsonNode> values = new ArrayList<>();
        for (int second = 0; second < readings; second++) {
            out.clear();
            out.ascii("{\"n\":0");
            payload.write(out, state, second, random);
            out.ascii("}");
            try {
                values.add(JSON.readTree(out.copy()).get("v"));
            } catch (IOException noJson) {
                throw new AssertionError(noJson);
            }
        }
        return values;
    }
}
