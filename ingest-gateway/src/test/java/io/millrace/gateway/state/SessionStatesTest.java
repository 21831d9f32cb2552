package io.millrace.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionState;
import io.millrace.schemas.SessionState.Subscription;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session's state from one connection to the next, on a Kafka that acknowledges when the test says so. */
class SessionStatesTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    /** The slot of a gateway that does not come back. */
    private static final int GONE = 7;

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Topics TOPICS = new Topics("");
    private static final List<Subscription> COMMANDS = List.of(new Subscription("commands", 1));

    private record Sent(ProducerRecord<byte[], byte[]> record, Callback callback) {}

    private final Deque<Sent> sent = new ArrayDeque<>();
    private final List<Long> overwritten = new ArrayList<>();
    private final KeptStates kept = new KeptStates((device, epoch, slot) -> overwritten.add(epoch));
    private final SteadyWriter writer = SteadyWriter.over((record, callback) -> sent.add(new Sent(record, callback)));
    private Instant now = START;
    private CompletionStage<Void> refreshed = CompletableFuture.completedFuture(null);
    private final SessionStates states = new SessionStates(
            kept,
            () -> refreshed,
            writer,
            TOPICS,
            2,
            slot -> slot == 2 || slot == GONE,
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            },
            new SimpleMeterRegistry().counter("failures"));

    @AfterEach
    void close() {
        writer.close();
    }

    /** Kafka takes all that was sent, and every gateway reads it. */
    private void acknowledgeAll() {
        for (Sent one = sent.poll(); one != null; one = sent.poll()) {
            read(one.record);
            one.callback.onCompletion(null, null);
        }
    }

    private void read(ProducerRecord<byte[], byte[]> record) {
        kept.accept(consumed(record));
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                1,
                1,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers().toArray()),
                Optional.empty());
    }

    /** What a gateway finds that starts when all was compacted. */
    private KeptStates compacted(ProducerRecord<byte[], byte[]> last) {
        KeptStates later = new KeptStates((device, epoch, slot) -> {});
        later.accept(consumed(last));
        return later;
    }

    private void stateOf(long epoch, int slot, boolean connected, long expirySeconds) {
        read(new SessionState(DEVICE, slot, epoch, now, expirySeconds, connected, COMMANDS, List.of(7), List.of())
                .toRecord(TOPICS));
    }

    private CompletionStage<Optional<Kept>> take(long epoch, boolean clean, boolean isKept) {
        return states.take(DEVICE, epoch, clean, isKept, states.refreshed());
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    @Test
    void theNextSessionGetsWhatTheOneBeforeLeft() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        var subscribed = session.subscribed(COMMANDS);
        assertThat(subscribed.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(subscribed.toCompletableFuture()).isDone();
        assertThat(session.subscribed(COMMANDS).toCompletableFuture()).isDone();
        assertThat(sent).isEmpty();

        var next = take(6, false, true);
        assertThat(next.toCompletableFuture()).isNotDone();
        session.handOn(List.of(7, 9), List.of());
        assertThat(next.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(now(next)).hasValueSatisfying(state -> {
            assertThat(state.subscriptions()).isEqualTo(COMMANDS);
            assertThat(state.received()).containsExactly(7, 9);
            assertThat(state.connected()).isFalse();
        });
    }

    /** What it asked for with its CONNECT does not have the end that Kafka acknowledged since. */
    @Test
    void whoComesBackAtOnceDoesNotGetWhatWasBefore() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        session.subscribed(COMMANDS);
        acknowledgeAll();
        var asked = states.refreshed();
        CompletableFuture<Void> read = new CompletableFuture<>();
        refreshed = read;
        session.expirySeconds(0);
        session.handOn(List.of(), List.of());
        Sent end = sent.remove();
        end.callback.onCompletion(null, null);
        var next = states.take(DEVICE, 6, false, true, asked);
        assertThat(next.toCompletableFuture()).isNotDone();
        assertThat(states.isUnknown(DEVICE)).isFalse();
        read(end.record);
        assertThat(states.isUnknown(DEVICE)).isFalse();
        read.complete(null);
        assertThat(now(next)).isEmpty();
        assertThat(states.isUnknown(DEVICE)).isTrue();
    }

    @Test
    void aSessionIsOverWhenItsExpiryHasPassedSinceTheDeviceLeft() {
        stateOf(5, 0, false, 60);
        now = START.plusSeconds(59);
        assertThat(now(take(6, false, true))).isPresent();
        now = START.plusSeconds(60);
        assertThat(now(take(6, false, true))).isEmpty();
        stateOf(6, 0, true, 60);
        now = START.plusSeconds(3_600);
        assertThat(now(take(7, false, true))).isPresent();
    }

    @Test
    void aCleanStartWaitsUntilWhatWasIsDiscarded() {
        assertThat(states.isUnknown(DEVICE)).isTrue();
        stateOf(5, 0, false, 60);
        assertThat(states.isUnknown(DEVICE)).isFalse();
        var taken = take(6, true, false);
        assertThat(taken.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(now(taken)).isEmpty();
        assertThat(states.isUnknown(DEVICE)).isTrue();
        // One that is kept replaces it with its own first record.
        stateOf(7, 0, false, 60);
        assertThat(now(take(8, true, true))).isEmpty();
        assertThat(sent).isEmpty();
    }

    @Test
    void theNewerSessionCountsWhicheverRecordStandsLast() {
        stateOf(9, 0, true, 60);
        stateOf(5, 1, false, 60);
        assertThat(overwritten).containsExactly(9L, 5L);
        assertThat(now(take(10, false, true)).map(Kept::epoch)).contains(9L);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        assertThat(kept.holds(DEVICE)).isTrue();
        read(SessionState.tombstone(TOPICS, DEVICE, 9));
        assertThat(kept.holds(DEVICE)).isFalse();
    }

    @Test
    void withoutExpiryTheStateEndsWithTheSession() {
        stateOf(5, 0, false, 60);
        KeptSession session = KeptSession.begin(
                states, DEVICE, 6, 0, now(take(6, false, false)).orElseThrow());
        session.handOn(List.of(), List.of());
        acknowledgeAll();
        assertThat(kept.size()).isZero();
    }

    @Test
    void whatADeadProcessLeftOpenExpiresFromTheNextStartOn() {
        stateOf(5, 2, true, 60);
        now = START.plusSeconds(1_000);
        var closed = states.closeWhatWasLeftOpen();
        acknowledgeAll();
        assertThat(closed.toCompletableFuture()).isDone();
        now = START.plusSeconds(1_059);
        assertThat(now(take(6, false, true))).isPresent();
        now = START.plusSeconds(1_060);
        assertThat(now(take(6, false, true))).isEmpty();
    }

    @Test
    void theSweepEndsInKafkaWhatWasWrittenHereAndForgetsTheRest() {
        stateOf(5, 2, false, 60);
        now = START.plusSeconds(61);
        states.sweep();
        acknowledgeAll();
        assertThat(kept.size()).isZero();
        stateOf(6, 1, false, 60);
        now = now.plusSeconds(61);
        states.sweep();
        assertThat(sent).isEmpty();
        assertThat(kept.size()).isEqualTo(1);
        now = now.plus(Duration.ofHours(1));
        states.sweep();
        assertThat(kept.size()).isZero();
    }

    @Test
    void equalSubscriptionsAreOneObject() {
        stateOf(5, 0, true, 60);
        var first = now(take(6, false, true)).orElseThrow().subscriptions();
        stateOf(6, 0, true, 60);
        assertThat(now(take(7, false, true)).orElseThrow().subscriptions()).isSameAs(first);
    }

    @Test
    void aLateTombstoneIsToldToTheNewerSession() {
        stateOf(9, 1, true, 60);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        assertThat(overwritten).containsExactly(9L, 8L);
    }

    @Test
    void whatALateTombstoneBuriedIsWrittenAgainAsItWas() {
        stateOf(9, 2, false, 60);
        now = START.plusSeconds(20);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        states.sweep();
        // It may be that somebody is about to write it.
        assertThat(sent).isEmpty();
        states.sweep();
        assertThat(sent).hasSize(1);
        KeptStates later = compacted(sent.getFirst().record);
        acknowledgeAll();
        assertThat(later.find(DEVICE, now)).isEqualTo(kept.find(DEVICE, now));
        assertThat(later.find(DEVICE, START.plusSeconds(59)))
                .hasValueSatisfying(state -> assertThat(state.received()).containsExactly(7));
        assertThat(later.find(DEVICE, START.plusSeconds(60))).isEmpty();
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }

    @Test
    void whatWasBuriedByAnotherGatewayIsForThatOneToWriteAgain() {
        stateOf(9, 1, false, 3_600);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }

    @Test
    void whatIsBuriedWhenTheGatewayStartsIsWrittenBeforeTheFirstConnection() {
        stateOf(9, 2, false, 60);
        stateOf(8, 1, false, 60);
        var begun = states.closeWhatWasLeftOpen();
        assertThat(begun.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(begun.toCompletableFuture()).isDone();
        assertThat(kept.isBuried(DEVICE)).isFalse();
    }

    @Test
    void whatANewerSessionEndedDoesNotComeBackAndWhoWasLateEndsItAgain() {
        stateOf(8, 2, true, 60);
        read(SessionState.tombstone(TOPICS, DEVICE, 9));
        stateOf(8, 2, false, 60);
        assertThat(kept.holds(DEVICE)).isFalse();
        states.sweep();
        assertThat(sent).hasSize(1);
        assertThat(compacted(sent.getFirst().record).holds(DEVICE)).isFalse();
        acknowledgeAll();
        states.sweep();
        assertThat(sent).isEmpty();
        stateOf(10, 1, true, 60);
        assertThat(kept.holds(DEVICE)).isTrue();
    }

    @Test
    void aStateWhoseNewerSessionWritesNoneExpires() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        var unused = session.subscribed(COMMANDS);
        acknowledgeAll();
        now = START.plusSeconds(1_000);
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();

        // To a poll by HTTP, or to one that is refused after all.
        session.leaveToOther();
        states.sweep();
        assertThat(sent).isEmpty();
        states.sweep();
        acknowledgeAll();
        assertThat(now(take(6, false, true))).hasValueSatisfying(state -> {
            assertThat(state.connected()).isFalse();
            assertThat(state.subscriptions()).isEqualTo(COMMANDS);
        });
        now = now.plusSeconds(60);
        assertThat(now(take(7, false, true))).isEmpty();
    }

    @Test
    void aStateExpiresWhoseGatewayDoesNotComeBack() {
        stateOf(5, GONE, true, 60);
        now = START.plusSeconds(1_000);
        states.sweep();
        states.sweep();
        acknowledgeAll();
        assertThat(now(take(6, false, true))).isPresent();
        now = now.plusSeconds(60);
        assertThat(now(take(7, false, true))).isEmpty();
        stateOf(8, 1, true, 60);
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }
}
