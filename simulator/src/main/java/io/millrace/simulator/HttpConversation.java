package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that posts its readings, one at a time, over a connection that it keeps. 202 is the acknowledgement; after 429 and 5xx it
 * sends the same again a second later; any other answer means that the reading is rejected. It asks for no commands. Runs on its
 * shard's event loop only.
 */
final class HttpConversation extends Conversation {
    private static final int ACCEPTED = 202;

    private final ServerAddress server;
    private final Optional<String> authorization;
    /** The request that waits for an answer. */
    private Outbox.@Nullable Message asked;

    private long askedAt;
    private long askAgainAt;

    HttpConversation(FleetShard shard, DeviceCredentials credentials, SimulatedDevice device, IntConsumer forgotten) {
        super(shard, device, forgotten);
        this.server = device.group().server();
        this.authorization = credentials.userName().map(name -> {
            String pair = name + ":" + credentials.password().orElse("");
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Override
    void opened(long now) {
        asked = null;
        askAgainAt = now;
        accepted();
        device.connected(now);
        keepUp(now);
        triedOnce();
    }

    @Override
    boolean takes(int qos) {
        return !outbox.isFull();
    }

    @Override
    void publish(DeviceTopic topic, byte[] payload, int messageId, long now) {
        shard.meters().count(Count.PUBLISHED);
        Outbox.Message unused = outbox.add(topic, payload, messageId, now, shard.random());
        if (isConnected()) {
            keepUp(now);
        }
    }

    @Override
    void keepUp(long now) {
        shard.meters().count(Count.FORGOTTEN, outbox.forget(now));
        long patience = shard.timings().networkTimeout().toNanos();
        if (asked != null && now - askedAt >= patience) {
            lost(ConnectionEnd.NO_ANSWER, now);
            return;
        }
        if (asked == null && now - askAgainAt >= 0) {
            outbox.oldest().ifPresent(message -> ask(message, now));
        }
        boolean waitsToAskAgain = asked == null && outbox.oldest().isPresent();
        shard.enter(this, waitsToAskAgain ? askAgainAt : (asked == null ? now : askedAt) + patience);
    }

    private void ask(Outbox.Message message, long now) {
        if (message.isSent()) {
            shard.meters().count(Count.RESENT);
        } else {
            message.sent(now);
        }
        asked = message;
        askedAt = now;
        ByteBuf body = link().buffers().ioBuffer(message.payload.length).writeBytes(message.payload);
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.HOST, server.authority())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, message.payload.length);
        authorization.ifPresent(value -> headers.set(HttpHeaderNames.AUTHORIZATION, value));
        link().write(new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                "/" + message.topic.of(device.deviceId()),
                body,
                headers,
                new DefaultHttpHeaders()));
    }

    @Override
    void received(Object message, long now) {
        Outbox.Message request = asked;
        if (!(message instanceof FullHttpResponse response) || request == null) {
            lost(ConnectionEnd.NO_MQTT, now);
            return;
        }
        asked = null;
        int status = response.status().code();
        if (status == 429 || status >= 500) {
            askAgainAt = now + shard.timings().resendAfter().toNanos();
        } else if (outbox.acknowledge(request.packetId).isPresent()) {
            answered(status, request, now);
        } else {
            shard.meters().count(Count.ACKNOWLEDGED_AGAIN);
        }
        if (HttpUtil.isKeepAlive(response)) {
            keepUp(now);
        } else {
            lost(ConnectionEnd.CLOSED, now);
        }
    }

    private void answered(int status, Outbox.Message request, long now) {
        if (status == ACCEPTED || status == 200) {
            shard.meters().count(Count.ACKNOWLEDGED);
            shard.meters().acknowledgedAfter(now - request.sentAt());
            return;
        }
        shard.meters().count(Count.REJECTED);
        device.gaveUp(request.messageId);
    }

    @Override
    void farewell(long now) {}
}
