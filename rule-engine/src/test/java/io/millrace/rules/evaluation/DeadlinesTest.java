package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {

    private static final long START = Partition.START;

    private final Deadlines deadlines = new Deadlines();

    private static DeviceState device(int number) {
        String id = "d" + number;
        return new DeviceState(id, id.getBytes(UTF_8), 0);
    }

    @RepeatedTest(20)
    void handsOutWhateverIsDueInTheOrderOfDeadlines(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<DeviceState> devices = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            devices.add(device(i));
        }
        long time = START;
        assertThat(deadlines.due(time)).isNull();
        for (int round = 0; round < 300; round++) {
            for (int i = 0; i < 20; i++) {
                DeviceState device = devices.get(random.nextInt(devices.size()));
                long before = device.scheduledAt;
                long wanted = time + (long) Math.pow(10, random.nextDouble() * 11);
                deadlines.atLatest(device, wanted);
                assertThat(device.scheduledAt).isEqualTo(Math.min(before, wanted));
            }
            time += (long) Math.pow(10, random.nextDouble() * 9);
            long until = time;
            long expected = devices.stream()
                    .filter(device -> device.scheduledAt <= until)
                    .count();
            long latest = Long.MIN_VALUE;
            long handed = 0;
            for (DeviceState due = deadlines.due(until); due != null; due = deadlines.due(until)) {
                assertThat(due.dueAt()).isBetween(latest, until);
                assertThat(due.scheduledAt).isEqualTo(DeviceState.UNSCHEDULED);
                latest = due.dueAt();
                handed++;
            }
            assertThat(handed).isEqualTo(expected);
            assertThat(devices).allMatch(device -> device.scheduledAt > until);
        }
    }

    @Test
    void aDeadlineThatHasPassedIsDueAtOnceAndKeepsItsTime() {
        assertThat(deadlines.due(START)).isNull();
        DeviceState device = device(1);
        deadlines.atLatest(device, START - 5_000);
        assertThat(deadlines.due(START)).isSameAs(device);
        assertThat(device.dueAt()).isEqualTo(START - 5_000);
    }

    @Test
    void whatIsSetWhileOthersAreHandedOutIsDueAmongThem() {
        DeviceState one = device(1);
        DeviceState two = device(2);
        deadlines.atLatest(one, START + 100);
        deadlines.atLatest(two, START + 110);
        List<String> order = new ArrayList<>();
        @Nullable DeviceState due = deadlines.due(START + 1_000);
        while (due != null) {
            order.add(due.id() + " " + (due.dueAt() - START));
            if (due.dueAt() == START + 100) {
                deadlines.atLatest(due, START + 120);
            }
            due = deadlines.due(START + 1_000);
        }
        assertThat(order).containsExactly("d1 100", "d2 110", "d1 120");
    }

    @Test
    void nothingIsDueBeforeAnythingIsKnownOfTheTime() {
        deadlines.atLatest(device(1), START);
        assertThat(deadlines.due(PartitionEngine.UNKNOWN_TIME)).isNull();
    }

    @Test
    void aWheelThatIsClearedHoldsNobody() {
        deadlines.atLatest(device(1), START);
        deadlines.clear();
        assertThat(deadlines.due(Long.MAX_VALUE - 1)).isNull();
    }
}
