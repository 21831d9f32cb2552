package io.millrace.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import org.junit.jupiter.api.Test;

class UserPropertiesTest {
    @Test
    void nothingBesideCostsNothing() {
        MqttProperties alias = new MqttProperties();
        alias.add(new MqttProperties.IntegerProperty(MqttProperties.TOPIC_ALIAS, 1));
        assertThat(UserProperties.of(MqttProperties.NO_PROPERTIES)).isSameAs(UserProperties.NONE);
        assertThat(UserProperties.of(alias)).isSameAs(UserProperties.NONE);
    }

    @Test
    void jsonNeedsNoContentType() {
        MqttProperties properties = new MqttProperties();
        properties.add(new StringProperty(MqttProperties.CONTENT_TYPE, "application/json"));
        assertThat(UserProperties.of(properties)).isSameAs(UserProperties.NONE);
    }

    @Test
    void theyAreBoundedInNumberAndInSize() {
        MqttProperties many = new MqttProperties();
        for (int i = 0; i < 100; i++) {
            many.add(new UserProperty("n" + i, "v"));
        }
        assertThat(UserProperties.of(many).headers()).hasSize(16);
        MqttProperties large = new MqttProperties();
        large.add(new UserProperty("a", "x".repeat(900)));
        large.add(new UserProperty("b", "x".repeat(900)));
        large.add(new UserProperty("c", "x"));
        UserProperties kept = UserProperties.of(large);
        assertThat(kept.headers()).extracting(h -> h.key()).containsExactly("mqtt.a", "mqtt.c");
        assertThat(kept.size()).isEqualTo(913);
    }

    @Test
    void theyComeBackInOrder() {
        MqttProperties given = new MqttProperties();
        given.add(new UserProperty("a", "1"));
        given.add(new UserProperty("b", "2"));
        given.add(new UserProperty("a", "3"));
        MqttProperties back = UserProperties.toMqtt(UserProperties.of(given).headers());
        assertThat(back.getProperties(MqttProperties.USER_PROPERTY))
                .isEqualTo(given.getProperties(MqttProperties.USER_PROPERTY));
    }
}
