package io.millrace.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightBytesTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final InFlightBytes bytes = new InFlightBytes(100, calls::incrementAndGet);

    @Test
    void thereIsRoomBelowTheBound() {
        bytes.take(99);
        assertThat(bytes.hasRoom()).isTrue();
        bytes.take(1);
        assertThat(bytes.hasRoom()).isFalse();
    }

    @Test
    void whoWaitsIsCalledOnceWhenHalfIsFree() {
        bytes.take(100);
        bytes.callWhenRoom();
        bytes.release(40);
        assertThat(calls).hasValue(0);
        bytes.release(10);
        bytes.release(50);
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoComesTooLateToWaitIsCalledAtOnce() {
        bytes.take(100);
        bytes.release(100);
        bytes.callWhenRoom();
        assertThat(calls).hasValue(1);
    }

    @Test
    void nobodyIsCalledWhoDoesNotWait() {
        bytes.take(100);
        bytes.release(100);
        assertThat(calls).hasValue(0);
    }
}
