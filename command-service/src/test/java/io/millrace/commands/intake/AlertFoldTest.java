package io.millrace.commands.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.Alert;
import io.millrace.commands.store.AlertStore.News;
import io.millrace.commands.store.AlertStore.Standing;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.AlertEvent.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class AlertFoldTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private AlertFold fold = new AlertFold(Map.of());
    private long offset;

    @Test
    void anEpisodeThatBeginsAndEndsInOneBatchKeepsWhatMadeItBegin() {
        add(State.FIRING, "warning", "r1", 0);
        add(State.RESOLVED, "warning", "r2", 60);

        AlertEvent told = newest();
        assertThat(told.status()).isEqualTo(State.RESOLVED);
        assertThat(told.revision()).isEqualTo("r1");
        assertThat(told.cause()).isEqualTo("telemetry/0/0");
        assertThat(told.endsAt()).isPresent();
        assertThat(steps()).containsExactly(Alert.Event.FIRED, Alert.Event.RESOLVED);
    }

    @Test
    void aRepeatIsNoNewsButAnotherLevelIs() {
        add(State.FIRING, "warning", "r1", 0);
        add(State.FIRING, "warning", "r1", 10);
        add(State.FIRING, "critical", "r1", 20);
        add(State.FIRING, "critical", "r1", 30);

        assertThat(steps()).containsExactly(Alert.Event.FIRED, Alert.Event.LEVEL_CHANGED);
        assertThat(newest().at()).isEqualTo(START.plusSeconds(30));
        assertThat(newest().level()).contains("critical");
    }

    @Test
    void whatHasResolvedDoesNotFireAgain() {
        fold = new AlertFold(Map.of("f", new Standing(State.RESOLVED, Optional.of("warning"), START)));
        add(State.FIRING, "warning", "r1", 60);
        assertThat(fold.newest()).isEmpty();
        assertThat(fold.news()).isEmpty();
    }

    @Test
    void whatIsOlderThanWhatIsKnownIsNothing() {
        fold = new AlertFold(Map.of("f", new Standing(State.FIRING, Optional.of("critical"), START.plusSeconds(20))));
        add(State.FIRING, "warning", "r1", 10);
        assertThat(fold.newest()).isEmpty();
        add(State.RESOLVED, "critical", "r1", 40);
        assertThat(steps()).containsExactly(Alert.Event.RESOLVED);
    }

    @Test
    void theEndOfAnEpisodeThatNobodyKnewIsTold() {
        add(State.RESOLVED, "warning", "r1", 0);
        assertThat(steps()).containsExactly(Alert.Event.RESOLVED);
    }

    private AlertEvent newest() {
        assertThat(fold.newest()).hasSize(1);
        return fold.newest().iterator().next();
    }

    private List<Alert.Event> steps() {
        return fold.news().stream().map(News::step).toList();
    }

    private void add(State state, String level, String revision, int second) {
        AlertEvent event = new AlertEvent(
                state,
                Map.of("alertname", "Hot"),
                Map.of(),
                START,
                state == State.RESOLVED ? Optional.of(START.plusSeconds(second)) : Optional.empty(),
                "f",
                Optional.empty(),
                "g/Hot",
                revision,
                "telemetry/0/" + offset,
                Optional.empty(),
                Optional.of(level),
                Optional.empty(),
                false,
                START.plusSeconds(second));
        fold.add(new Decoded<>(event, new ConsumerRecord<>("alerts", 0, offset++, new byte[0], new byte[0])));
    }
}
