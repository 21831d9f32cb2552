package io.millrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which filters a client gets, and how many. */
class GrantsTest {
    private final Subscriptions subscriptions = new Subscriptions();

    private List<MqttSubAckReasonCode> subscribe(boolean mqtt5, List<String> filters) {
        List<MqttTopicSubscription> wishes = filters.stream()
                .map(filter -> new MqttTopicSubscription(filter, MqttQoS.EXACTLY_ONCE))
                .toList();
        return Grants.subscribe(
                MqttSubscribeMessage.create(1, wishes), mqtt5, subscriptions, filter -> filter.startsWith("a/"), 1);
    }

    private static List<String> filters(int from, int to, int length) {
        return IntStream.range(from, to)
                .mapToObj(n -> "a/" + n + "x".repeat(length))
                .toList();
    }

    @Test
    void theGrantedQosIsTheLowerOfWishAndLimit() {
        assertThat(subscribe(true, List.of("a/1"))).containsExactly(MqttSubAckReasonCode.GRANTED_QOS1);
        assertThat(subscriptions.qos("a/1")).isEqualTo(1);
    }

    @Test
    void aHundredFiltersAreGrantedAndNoMore() {
        assertThat(subscribe(true, filters(0, 100, 0))).containsOnly(MqttSubAckReasonCode.GRANTED_QOS1);
        assertThat(subscribe(true, List.of("a/100"))).containsExactly(MqttSubAckReasonCode.QUOTA_EXCEEDED);
        assertThat(subscribe(false, List.of("a/100"))).containsExactly(MqttSubAckReasonCode.UNSPECIFIED_ERROR);
        assertThat(subscriptions.size()).isEqualTo(100);
    }

    @Test
    void moreCharactersThanASessionsRecordHoldsAreRefused() {
        assertThat(subscribe(true, filters(0, 2, 34_000))).containsOnly(MqttSubAckReasonCode.GRANTED_QOS1);
        assertThat(subscribe(true, filters(2, 3, 34_000))).containsExactly(MqttSubAckReasonCode.QUOTA_EXCEEDED);
        assertThat(subscribe(true, filters(3, 4, 100))).containsExactly(MqttSubAckReasonCode.GRANTED_QOS1);
    }

    /** [MQTT-3.8.4-3]: in place of the one before, so it needs no room; a device that comes back does it with all it has. */
    @Test
    void aFilterThatIsThereAlreadyIsGrantedAnew() {
        var unused = subscribe(true, filters(0, 100, 600));
        assertThat(subscribe(true, filters(0, 100, 600))).containsOnly(MqttSubAckReasonCode.GRANTED_QOS1);
        assertThat(subscriptions.size()).isEqualTo(100);
    }
}
