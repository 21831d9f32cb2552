package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final Sessions sessions = new Sessions(new SimpleMeterRegistry().counter("takeovers"));
    private final AtomicInteger doorShut = new AtomicInteger();

    private List<FakeSession> open(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    FakeSession session = new FakeSession(new DeviceId("d" + i), i);
                    sessions.beginOpening(session.deviceId());
                    sessions.opened(session);
                    return session;
                })
                .toList();
    }

    private static long ended(List<FakeSession> all) {
        return all.stream().filter(FakeSession::hasEnded).count();
    }

    @Test
    void aStopShutsTheDoorAndEndsEverySession() {
        List<FakeSession> all = open(50);
        new Drain(sessions, doorShut::incrementAndGet, 200, Duration.ofMillis(500)).close();
        assertThat(doorShut).hasPositiveValue();
        assertThat(all).allSatisfy(session -> assertThat(session.ends).containsExactly(CloseReason.GATEWAY_STOPPING));
    }

    @Test
    void thePaceIsKeptUnlessTimeRunsOut() {
        assertThat(Drain.perTick(3_000, 1_000, Duration.ofSeconds(4))).isEqualTo(100);
        assertThat(Drain.perTick(100_000, 1_000, Duration.ofSeconds(4))).isEqualTo(2_500);
        assertThat(Drain.perTick(7, 1, Duration.ofSeconds(4))).isEqualTo(1);
        assertThat(Drain.perTick(100, 1_000, Duration.ZERO)).isEqualTo(100);
    }

    @Test
    void askedForItGoesAtItsPaceAndAStopEndsTheRest() {
        List<FakeSession> all = open(1_000);
        Drain drain = new Drain(sessions, doorShut::incrementAndGet, 10, Duration.ofMillis(100));
        assertThat(drain.begin()).isEqualTo(1_000);
        await().until(() -> ended(all) > 0);
        assertThat(ended(all)).isLessThan(1_000);
        drain.close();
        assertThat(ended(all)).isEqualTo(1_000);
    }

    @Test
    void askedTwiceItGoesOnAsItWas() {
        var unused = open(1);
        try (Drain drain = new Drain(sessions, doorShut::incrementAndGet, 1, Duration.ofMillis(100))) {
            assertThat(drain.begin()).isEqualTo(1);
            assertThat(drain.begin()).isEqualTo(1);
            assertThat(doorShut).hasValue(1);
        }
    }
}
