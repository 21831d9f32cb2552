package io.millrace.simulator.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(List.of("a", "b"));

    @Test
    void everythingInOrderIsNothingToSpeakOf() {
        enter("a", 1, 2, 3);
        Findings findings = compare(Sent.of("a", 3, true, new int[0]));

        assertThat(findings).isEqualTo(new Findings(3, 3, 0, 0, 0, 0, 0, 0, List.of(), true));
        assertThat(findings.good()).isTrue();
    }

    @Test
    void acknowledgedReadingThatKafkaHasNotIsLostAndNamed() {
        enter("a", 1, 3);
        Findings findings = compare(Sent.of("a", 4, true, new int[] {4}));

        assertThat(findings.lost()).isEqualTo(1);
        assertThat(findings.examples()).containsExactly("a:2");
        assertThat(findings.promised()).isEqualTo(3);
        assertThat(findings.unpromisedMissing()).isEqualTo(1);
        assertThat(findings.good()).isFalse();
    }

    @Test
    void atQos0NothingWasPromisedAndWhatIsMissingIsCountedApart() {
        enter("a", 2);
        Findings findings = compare(Sent.of("a", 3, false, new int[0]));

        assertThat(findings.lost()).isZero();
        assertThat(findings.unpromised()).isEqualTo(3);
        assertThat(findings.unpromisedMissing()).isEqualTo(2);
    }

    @Test
    void readingSentAgainIsADuplicateAndAnOvertakenOneReordered() {
        enter("a", 1, 3, 2, 3, 2, 4);
        enter("b", 1);
        Findings findings = compare(Sent.of("a", 4, true, new int[0]), Sent.of("b", 1, true, new int[0]));

        assertThat(findings.duplicated()).isEqualTo(2);
        assertThat(findings.reordered()).isEqualTo(1);
        assertThat(findings.lost()).isZero();
    }

    @Test
    void recordsOfOthersArePassedOverAndUnreadableOnesCounted() {
        enter("stranger", 1);
        ledger.enter("a".getBytes(UTF_8), "{\"temperature\":3}".getBytes(UTF_8));
        ledger.enter("a".getBytes(UTF_8), "{\"messageId\":2000000000}".getBytes(UTF_8));

        Findings findings = compare();
        assertThat(findings.records()).isEqualTo(2);
        assertThat(findings.unreadable()).isEqualTo(2);
    }

    @Test
    void whateverTheOrderTheBooksKnowWhatTheyHaveSeen() {
        Random random = new Random(3);
        List<Integer> ids = new ArrayList<>();
        for (int i = 1; i <= 3000; i++) {
            ids.add(i);
        }
        for (int chunk = 0; chunk < 3000; chunk += 100) {
            Collections.shuffle(ids.subList(chunk, chunk + 100), random);
        }
        SeenReadings seen = new SeenReadings();
        BitSet expected = new BitSet();
        for (int id : ids) {
            if (id % 7 == 0) {
                continue;
            }
            assertThat(seen.saw(id)).isNotEqualTo(SeenReadings.Arrival.AGAIN);
            expected.set(id);
        }
        for (int id = 1; id <= 3100; id++) {
            assertThat(seen.has(id)).as("%s", id).isEqualTo(expected.get(id));
        }
        assertThat(seen.missing(3000)).isEqualTo(3000 / 7);
    }

    private void enter(String device, int... messageIds) {
        for (int id : messageIds) {
            ledger.enter(
                    device.getBytes(UTF_8),
                    ("{\"messageId\":" + id + ",\"deviceId\":\"" + device + "\"}").getBytes(UTF_8));
        }
    }

    private Findings compare(Sent... sent) {
        return ledger.compare(List.of(sent), true);
    }
}
