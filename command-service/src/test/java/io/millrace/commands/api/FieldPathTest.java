package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import org.junit.jupiter.api.Test;

class FieldPathTest {
    private static final JsonNode READING = json(
            "{\"t\":21,\"imu\":{\"x\":1,\"pose\":{\"roll\":2}},\"a.b\":3,\"a\":{\"b\":4},\"led\":\"on\",\"z\":null}");

    @Test
    void aPathGoesDownIntoObjects() {
        assertThat(new FieldPath("imu.pose.roll").in(READING)).contains(json("2"));
        assertThat(new FieldPath("imu.none").in(READING)).isEmpty();
        assertThat(new FieldPath("z").in(READING)).contains(json("null"));
    }

    @Test
    void aNameWithAPointGoesBeforeAPath() {
        assertThat(new FieldPath("a.b").in(READING)).contains(json("3"));
    }

    @Test
    void leavesAreFoundWhereverTheyStand() {
        assertThat(FieldPath.leaves(READING, true).stream().map(FieldPath::name))
                .containsExactly("t", "imu.x", "imu.pose.roll", "a.b");
        assertThat(FieldPath.leaves(READING, false).stream().map(FieldPath::name))
                .contains("led", "z");
    }

    @Test
    void aDeviceWithoutEndHasSoManyLeaves() {
        StringBuilder many = new StringBuilder("{\"f\":0");
        for (int i = 0; i < 1000; i++) {
            many.append(",\"f").append(i).append("\":1");
        }
        assertThat(FieldPath.leaves(json(many + "}"), true)).hasSize(FieldPath.MOST);
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(UTF_8), JsonNode.class);
    }
}
