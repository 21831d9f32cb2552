package io.millrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which command an answer without an id is for. */
class UnansweredTest {
    private final Unanswered unanswered = new Unanswered();

    private void acknowledged(String... ids) {
        for (String id : ids) {
            unanswered.written(id);
            unanswered.acknowledged(id);
        }
    }

    private Optional<String> answer() {
        return unanswered.answered(Optional.empty());
    }

    @Test
    void espMqttAnswersFromItsHandlerAndAcknowledgesAfterwards() {
        for (String id : new String[] {"a", "b"}) {
            unanswered.written(id);
            assertThat(answer()).contains(id);
            unanswered.acknowledged(id);
        }
        assertThat(answer()).isEmpty();
    }

    @Test
    void aDeviceThatAnswersOnlySomeIsNotTakenToAnswerAnEarlierOne() {
        acknowledged("silent");
        unanswered.written("b");
        assertThat(answer()).contains("b");
        unanswered.acknowledged("b");
        unanswered.written("c");
        assertThat(answer()).contains("c");
    }

    @Test
    void oneThatAcknowledgesFirstMeansTheLastThatItHasAcknowledged() {
        acknowledged("silent", "b");
        assertThat(answer()).contains("b");
    }

    @Test
    void whatADeviceDidBeforeDecidesWhenTheNextCommandIsUnderWayAlready() {
        acknowledged("a");
        assertThat(answer()).contains("a");
        acknowledged("b");
        unanswered.written("c");
        assertThat(answer()).contains("b");
        unanswered.acknowledged("c");
        assertThat(answer()).contains("c");
    }

    @Test
    void severalUnderWayAreAnsweredInTheirOrder() {
        unanswered.written("a");
        unanswered.written("b");
        assertThat(answer()).contains("a");
        assertThat(answer()).contains("b");
    }

    @Test
    void aNameIsBelievedAndTakesThatCommandOut() {
        unanswered.written("a");
        unanswered.written("b");
        assertThat(unanswered.answered(Optional.of("a"))).contains("a");
        assertThat(unanswered.answered(Optional.of("of-another-session"))).contains("of-another-session");
        assertThat(answer()).contains("b");
        assertThat(answer()).isEmpty();
    }

    @Test
    void aRefusedCommandIsNotAnswered() {
        unanswered.written("a");
        unanswered.forget("a");
        assertThat(answer()).isEmpty();
    }

    @Test
    void onlyTheLastAreKept() {
        for (int i = 0; i < 40; i++) {
            unanswered.written("c" + i);
        }
        for (int i = 24; i < 40; i++) {
            assertThat(answer()).contains("c" + i);
        }
        assertThat(answer()).isEmpty();
    }
}
