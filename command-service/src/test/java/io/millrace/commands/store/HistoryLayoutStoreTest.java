package io.millrace.commands.store;

import static io.millrace.commands.store.HistoryLayoutStore.Choice.CONVERT_TO_HYPERTABLE;
import static io.millrace.commands.store.HistoryLayoutStore.Choice.DAY_PARTITIONS;
import static io.millrace.commands.store.HistoryLayoutStore.Choice.HYPERTABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.store.HistoryLayoutStore.Choice;
import org.junit.jupiter.api.Test;

class HistoryLayoutStoreTest {
    @Test
    void anEmptyTableIsLaidOutForTimescaleWhereItsExtensionIsThere() {
        assertThat(Choice.of(true, true, true, true)).isEqualTo(CONVERT_TO_HYPERTABLE);
    }

    @Test
    void readingsThatAreThereStayWhereTheyAre() {
        assertThat(Choice.of(true, true, true, false)).isEqualTo(DAY_PARTITIONS);
    }

    @Test
    void withoutTheExtensionOrTheWishThereAreDays() {
        assertThat(Choice.of(true, false, true, true)).isEqualTo(DAY_PARTITIONS);
        assertThat(Choice.of(true, true, false, true)).isEqualTo(DAY_PARTITIONS);
    }

    @Test
    void aHypertableStaysOneWhateverTheSettingSays() {
        assertThat(Choice.of(false, true, false, false)).isEqualTo(HYPERTABLE);
    }
}
