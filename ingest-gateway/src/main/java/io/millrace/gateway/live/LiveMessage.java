package io.millrace.gateway.live;

/** A message as a subscriber sees it. The payload is shared by all of them and not to be changed. */
public record LiveMessage(String topic, byte[] payload) {}
