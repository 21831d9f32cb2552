package io.millrace.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AckOrderTest {
    private final GatewayMetrics metrics = new GatewayMetrics(new SimpleMeterRegistry());
    private final Handoff handoff = new Handoff(() -> {});
    private final InFlightBytes bytes = new InFlightBytes(1_000, () -> {});
    private final InFlight inFlight = new InFlight(bytes, handoff, metrics);
    private final List<String> answers = new ArrayList<>();
    private final AckOrder order = new AckOrder(new AckOrder.Answers() {
        @Override
        public void acknowledge(Publication publication) {
            answers.add(publication.packetId() + ":" + Integer.toHexString(publication.reasonCode()));
        }

        @Override
        public void failed(Publication publication) {
            answers.add(publication.packetId() + ":failed");
        }
    });

    private Publication publish(int packetId) {
        Publication publication = new Publication(inFlight, order, packetId, 1);
        order.append(publication);
        return publication;
    }

    private void kafkaAnswers(Publication publication) {
        publication.leaves(1, 10, Publication.SUCCESS);
        publication.onCompletion(null, null);
        for (Publication p = handoff.takeAll(); p != null; p = p.next()) {
            order.done(p);
        }
    }

    @Test
    void anAnswerWaitsForThoseBefore() {
        Publication first = publish(9);
        Publication second = publish(3);
        Publication third = publish(7);
        kafkaAnswers(third);
        kafkaAnswers(second);
        assertThat(answers).isEmpty();
        kafkaAnswers(first);
        assertThat(answers).containsExactly("9:0", "3:0", "7:0");
        assertThat(order.size()).isZero();
    }

    @Test
    void aRefusalQueuesBehindWhatWasAccepted() {
        Publication accepted = publish(1);
        Publication refused = publish(2);
        order.doneWith(refused, 0x87);
        assertThat(answers).isEmpty();
        kafkaAnswers(accepted);
        assertThat(answers).containsExactly("1:0", "2:87");
    }

    @Test
    void aMessageSentAgainIsAnsweredAsTheFirst() {
        Publication first = publish(1);
        Publication again = first.again();
        order.append(again);
        order.done(again);
        Publication thirdTime = again.again();
        order.append(thirdTime);
        order.done(thirdTime);
        assertThat(answers).isEmpty();
        order.doneWith(first, 0x99);
        assertThat(answers).containsExactly("1:99", "1:99", "1:99");
        assertThat(thirdTime.isRepeat()).isTrue();
    }

    @Test
    void aPacketIdIsInFlightUntilItIsAnswered() {
        Publication publication = publish(5);
        assertThat(order.find(5)).isPresent();
        assertThat(order.find(6)).isEmpty();
        kafkaAnswers(publication);
        assertThat(order.find(5)).isEmpty();
    }

    @Test
    void aBatchIsDoneWithItsLastRecord() {
        Publication batch = publish(1);
        batch.leaves(3, 30, Publication.SUCCESS);
        batch.onCompletion(null, null);
        batch.onCompletion(null, null);
        assertThat(handoff.takeAll()).isNull();
        assertThat(bytes.now()).isEqualTo(30);
        batch.onCompletion(null, null);
        assertThat(handoff.takeAll()).isSameAs(batch);
        assertThat(bytes.now()).isZero();
        assertThat(metrics.forwarded.sum()).isEqualTo(1);
    }

    @Test
    void whatKafkaRefusesForGoodIsNotAcknowledged() {
        Publication publication = publish(1);
        publication.leaves(1, 10, Publication.SUCCESS);
        publication.onCompletion(null, new IllegalStateException("too large"));
        order.done(publication);
        assertThat(answers).containsExactly("1:failed");
        assertThat(metrics.failed.sum()).isEqualTo(1);
    }

    /** Whatever Kafka does first: single messages, batches and refused ones, of both QoS. */
    @Test
    void theOrderOfAnswersIsTheOrderOfMessages() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            answers.clear();
            List<String> expected = new ArrayList<>();
            List<Publication> records = new ArrayList<>();
            for (int id = 1; id <= 40; id++) {
                Publication publication = new Publication(inFlight, order, id, 1 + random.nextInt(2));
                order.append(publication);
                int kind = random.nextInt(4);
                expected.add(id + ":" + (kind == 0 ? "87" : kind == 1 ? "99" : "0"));
                if (kind == 0) {
                    order.doneWith(publication, 0x87);
                } else {
                    int count = kind == 3 ? 1 + random.nextInt(5) : 1;
                    publication.leaves(count, 10, kind == 1 ? 0x99 : Publication.SUCCESS);
                    records.addAll(Collections.nCopies(count, publication));
                }
                if (random.nextInt(4) == 0) {
                    Collections.shuffle(records, random);
                    kafkaAnswersSome(records, random.nextInt(records.size() + 1));
                }
            }
            Collections.shuffle(records, random);
            kafkaAnswersSome(records, records.size());
            assertThat(answers).as("seed %d", seed).isEqualTo(expected);
            assertThat(order.size()).isZero();
        }
        assertThat(bytes.now()).isZero();
    }

    private void kafkaAnswersSome(List<Publication> records, int count) {
        for (int i = 0; i < count; i++) {
            records.remove(records.size() - 1).onCompletion(null, null);
        }
        for (Publication p = handoff.takeAll(); p != null; ) {
            Publication next = p.next();
            order.done(p);
            p = next;
        }
    }

    @Test
    void handedOverPublicationsKeepTheirOrderAndWakeOnce() {
        int[] wakes = {0};
        Handoff waking = new Handoff(() -> wakes[0]++);
        List<Publication> given = List.of(publish(1), publish(2), publish(3));
        given.forEach(waking::give);
        List<Publication> taken = new ArrayList<>();
        for (Publication p = waking.takeAll(); p != null; p = p.next()) {
            taken.add(p);
        }
        assertThat(taken).containsExactlyElementsOf(given);
        assertThat(wakes).containsExactly(1);
    }

    @Test
    void whatABugKeepsFromLeavingCountsAsFailedOnce() {
        Publication lost = publish(1);
        lost.fails(new IllegalStateException("a bug"));
        Publication left = publish(2);
        left.leaves(1, 10, Publication.SUCCESS);
        left.fails(new IllegalStateException("a bug"));
        left.onCompletion(null, null);
        Publication refused = publish(3);
        order.doneWith(refused, 0x87);
        refused.fails(new IllegalStateException("a bug"));
        assertThat(metrics.failed.sum()).isEqualTo(1);
        assertThat(metrics.forwarded.sum()).isEqualTo(1);
        assertThat(bytes.now()).isZero();
    }
}
