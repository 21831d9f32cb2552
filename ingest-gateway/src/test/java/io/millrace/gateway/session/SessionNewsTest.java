package io.millrace.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SessionNewsTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final int SLOT = 1;
    private static final long INCARNATION = 10;

    private final Sessions sessions = new Sessions(new SimpleMeterRegistry().counter("takeovers"));
    private final AtomicInteger duplicates = new AtomicInteger();
    private final DuplicateIdentities identities =
            new DuplicateIdentities((device, addresses) -> duplicates.incrementAndGet(), () -> 0);
    private final AtomicInteger slotTaken = new AtomicInteger();
    private final SessionNews news =
            new SessionNews(sessions, identities, SLOT, () -> INCARNATION, slotTaken::incrementAndGet);

    private FakeSession live(long epoch) {
        sessions.beginOpening(DEVICE);
        FakeSession session = new FakeSession(DEVICE, epoch);
        sessions.opened(session);
        return session;
    }

    private void reads(long offset, String key, SessionEvent event) {
        news.accept(new ConsumerRecord<>("device-sessions", 0, offset, key.getBytes(ISO_8859_1), Json.write(event)));
    }

    private static SessionEvent opened(int slot, long incarnation) {
        return new SessionEvent.Opened(DEVICE, slot, incarnation, Instant.EPOCH, "d", "mqtt-5", "127.0.0.1", true);
    }

    @Test
    void aNewerSessionOnAnotherGatewayEndsOurs() {
        FakeSession ours = live(20);
        reads(21, "d", opened(2, 5));
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void anEarlierOneAndOurOwnAndOtherEventsDoNot() {
        FakeSession ours = live(20);
        reads(19, "d", opened(2, 5));
        reads(20, "d", opened(SLOT, INCARNATION));
        reads(22, "d", new SessionEvent.Ready(DEVICE, SLOT, INCARNATION, 20, Instant.EPOCH, 1));
        reads(23, "d", opened(SLOT, INCARNATION));
        reads(24, "d", new SessionEvent.Closed(DEVICE, 2, 5, 19, Instant.EPOCH, CloseReason.TAKEN_OVER));
        assertThat(ours.ends).isEmpty();
    }

    @Test
    void anEarlierIncarnationOfOurSlotIsAnotherGateway() {
        FakeSession ours = live(20);
        reads(21, "d", opened(SLOT, INCARNATION - 1));
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void takeoversOfAllGatewaysAreCountedTogether() {
        reads(20, "d", new SessionEvent.Closed(DEVICE, 2, 5, 19, Instant.EPOCH, CloseReason.TAKEN_OVER));
        reads(21, "d", new SessionEvent.Closed(DEVICE, 3, 6, 20, Instant.EPOCH, CloseReason.TAKEN_OVER));
        reads(22, "d", new SessionEvent.Closed(DEVICE, 3, 6, 21, Instant.EPOCH, CloseReason.CONNECTION_LOST));
        assertThat(duplicates).hasValue(0);
        reads(23, "d", new SessionEvent.Closed(DEVICE, SLOT, INCARNATION, 22, Instant.EPOCH, CloseReason.TAKEN_OVER));
        assertThat(duplicates).hasValue(1);
        assertThat(identities.wait(DEVICE)).isPositive();
    }

    @Test
    void onlyALaterStartWithOurSlotTakesIt() {
        reads(INCARNATION - 1, "gateway/1", new SessionEvent.GatewayStarted(SLOT, Instant.EPOCH));
        reads(INCARNATION, "gateway/1", new SessionEvent.GatewayStarted(SLOT, Instant.EPOCH));
        reads(12, "gateway/1", new SessionEvent.GatewayHeartbeat(SLOT, INCARNATION, Instant.EPOCH, 15_000, 0));
        reads(13, "gateway/2", new SessionEvent.GatewayStarted(2, Instant.EPOCH));
        assertThat(slotTaken).hasValue(0);
        reads(14, "gateway/1", new SessionEvent.GatewayStarted(SLOT, Instant.EPOCH));
        assertThat(slotTaken).hasValue(1);
    }
}
