package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private static final class Note extends Agenda.Entry {
        private long due;

        @Override
        void run(long now) {}
    }

    private final Agenda agenda = new Agenda();

    @Test
    void entriesComeInTheOrderOfTheirTimesWhateverWasMovedOrRemoved() {
        SplittableRandom random = new SplittableRandom(3);
        List<Note> notes = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Note note = new Note();
            notes.add(note);
            enter(note, random.nextLong(10_000));
        }
        for (int i = 0; i < 1000; i += 3) {
            enter(notes.get(i), random.nextLong(10_000));
        }
        for (int i = 0; i < 1000; i += 10) {
            agenda.remove(notes.get(i));
        }
        List<Long> taken = new ArrayList<>();
        for (var next = agenda.take(20_000); next.isPresent(); next = agenda.take(20_000)) {
            taken.add(((Note) next.get()).due);
        }
        assertThat(taken).hasSize(900).isSorted();
        assertThat(agenda.isEmpty()).isTrue();
    }

    @Test
    void nothingIsTakenBeforeItsTime() {
        Note note = new Note();
        enter(note, 100);
        assertThat(agenda.take(99)).isEmpty();
        assertThat(agenda.firstDue()).isEqualTo(100);
        assertThat(agenda.take(100)).contains(note);
    }

    @Test
    void entryIsOnlyEverMovedForwardWhenAskedSo() {
        Note note = new Note();
        enter(note, 100);
        agenda.enterIfEarlier(note, 200);
        assertThat(agenda.firstDue()).isEqualTo(100);
        agenda.enterIfEarlier(note, 50);
        assertThat(agenda.firstDue()).isEqualTo(50);
    }

    @Test
    void timesMayOverflowAsNanoTimeDoes() {
        Note early = new Note();
        Note late = new Note();
        enter(late, Long.MIN_VALUE + 5);
        enter(early, Long.MAX_VALUE - 5);
        assertThat(agenda.take(Long.MAX_VALUE)).contains(early);
        assertThat(agenda.take(Long.MAX_VALUE)).isEmpty();
    }

    private void enter(Note note, long due) {
        note.due = due;
        agenda.enter(note, due);
    }
}
