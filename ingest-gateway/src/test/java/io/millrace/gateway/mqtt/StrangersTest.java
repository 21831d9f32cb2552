package io.millrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final Counter closed = new SimpleMeterRegistry().counter("closed");
    private final Strangers strangers = new Strangers(2, closed);

    private EmbeddedChannel arrives() {
        EmbeddedChannel channel = new EmbeddedChannel();
        strangers.arrived(channel);
        return channel;
    }

    @Test
    void oneTooManyClosesTheOldest() {
        EmbeddedChannel first = arrives();
        EmbeddedChannel second = arrives();
        EmbeddedChannel third = arrives();
        assertThat(first.isActive()).isFalse();
        assertThat(second.isActive()).isTrue();
        assertThat(third.isActive()).isTrue();
        assertThat(closed.count()).isEqualTo(1);
    }

    @Test
    void whoHasSentConnectOrLeftDoesNotCount() {
        EmbeddedChannel known = arrives();
        strangers.spoke(known);
        EmbeddedChannel left = arrives();
        var unused = left.close();
        EmbeddedChannel third = arrives();
        EmbeddedChannel fourth = arrives();
        assertThat(known.isActive()).isTrue();
        assertThat(third.isActive()).isTrue();
        assertThat(fourth.isActive()).isTrue();
        assertThat(closed.count()).isZero();
    }
}
