package io.millrace.gateway.packet;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE and UNSUBSCRIBE. Whether a filter is one, and may be had, is answered filter by filter elsewhere. Pure. */
final class SubscriptionPackets {
    private static final MqttFixedHeader SUBSCRIBE =
            new MqttFixedHeader(MqttMessageType.SUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0);
    private static final MqttFixedHeader UNSUBSCRIBE =
            new MqttFixedHeader(MqttMessageType.UNSUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0);

    private SubscriptionPackets() {}

    static MqttMessage subscribe(PacketReader in, boolean mqtt5) {
        var variable = variable(in, mqtt5, Properties.SUBSCRIBE);
        List<MqttTopicSubscription> filters = new ArrayList<>(2);
        do {
            String filter = in.text();
            filters.add(new MqttTopicSubscription(filter, option(in.u8(), filter, mqtt5)));
        } while (in.remaining() > 0);
        return new MqttSubscribeMessage(SUBSCRIBE, variable, new MqttSubscribePayload(filters));
    }

    static MqttMessage unsubscribe(PacketReader in, boolean mqtt5) {
        var variable = variable(in, mqtt5, Properties.UNSUBSCRIBE);
        List<String> filters = new ArrayList<>(2);
        do {
            filters.add(in.text());
        } while (in.remaining() > 0);
        return new MqttUnsubscribeMessage(UNSUBSCRIBE, variable, new MqttUnsubscribePayload(filters));
    }

    private static MqttMessageIdAndPropertiesVariableHeader variable(PacketReader in, boolean mqtt5, long allowed) {
        int packetId = in.packetId();
        MqttProperties properties = mqtt5 ? Properties.read(in, allowed) : MqttProperties.NO_PROPERTIES;
        if (in.remaining() == 0) {
            throw ProtocolError.forbidden("no topic filter"); // [MQTT-3.8.3-2], [MQTT-3.10.3-2]
        }
        return new MqttMessageIdAndPropertiesVariableHeader(packetId, properties);
    }

    private static MqttSubscriptionOption option(int bits, String filter, boolean mqtt5) {
        int qos = bits & 3;
        int retainHandling = bits >> 4 & 3;
        boolean noLocal = (bits & 4) != 0;
        if ((bits & (mqtt5 ? 0xc0 : 0xfc)) != 0) {
            throw ProtocolError.malformed(
                    "reserved bits in subscription options"); // [MQTT-3.8.3-5], 3.1.1 [MQTT-3-8.3-4]
        }
        if (qos == 3) {
            throw ProtocolError.forbidden("a subscription with QoS 3");
        }
        if (retainHandling == 3) {
            throw ProtocolError.forbidden("retain handling 3");
        }
        if (noLocal && filter.startsWith("$share/")) {
            throw ProtocolError.forbidden("no local on a shared subscription"); // [MQTT-3.8.3-4]
        }
        return new MqttSubscriptionOption(
                MqttQoS.valueOf(qos), noLocal, (bits & 8) != 0, RetainedHandlingPolicy.valueOf(retainHandling));
    }
}
