package io.millrace.gateway.live;

import io.netty.handler.codec.mqtt.MqttProperties;

/** A message as a subscriber sees it. Payload and properties are shared by all of them and not to be changed. */
public record LiveMessage(String topic, byte[] payload, MqttProperties properties) {}
