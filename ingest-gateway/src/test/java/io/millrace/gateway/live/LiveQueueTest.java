package io.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.topic.TopicFilter;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What an operator sees, and that what it misses is counted. */
class LiveQueueTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Counter sent = registry.counter("sent");
    private final Counter dropped = registry.counter("dropped");
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> shown = new ArrayList<>();
    private boolean socketTakes = true;

    private final LiveQueue queue = new LiveQueue(loop::add, this::show, sent, dropped);

    private boolean show(LiveMessage message) {
        if (socketTakes) {
            shown.add(message.topic());
        }
        return socketTakes;
    }

    private static LiveMessage from(String device) {
        return new LiveMessage("devices/" + device + "/telemetry", new byte[0], MqttProperties.NO_PROPERTIES);
    }

    private void runLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    @Test
    void onlyWhatWasAskedForIsShownInOrder() {
        queue.filter(List.of(new TopicFilter("devices/a/#"), new TopicFilter("devices/c/+")));
        for (String device : List.of("c", "b", "a")) {
            queue.offer(from(device));
        }
        runLoop();
        assertThat(shown).containsExactly("devices/c/telemetry", "devices/a/telemetry");
        assertThat(sent.count()).isEqualTo(2);
        assertThat(dropped.count()).isZero();
    }

    @Test
    void whoReadsTooSlowlyLosesMessagesThatAreCounted() {
        queue.filter(List.of(new TopicFilter("#")));
        socketTakes = false;
        queue.offer(from("a"));
        runLoop();
        socketTakes = true;
        for (int i = 0; i < 2_500; i++) {
            queue.offer(from("b"));
        }
        assertThat(loop).as("one task, however many messages").hasSize(1);
        runLoop();
        assertThat(shown).hasSize(2_000);
        assertThat(dropped.count()).isEqualTo(501);
        queue.offer(from("c"));
        runLoop();
        assertThat(shown).hasSize(2_001);
        assertThat(sent.count() + dropped.count()).isEqualTo(2_502);
    }
}
