package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void findsWhatWasMeant() {
        List<String> known = List.of("temperature", "humidity", "ledState");
        assertThat(Nearest.to("tempereture", known)).contains("temperature");
        assertThat(Nearest.to("ledSatte", known)).contains("ledState");
        assertThat(Nearest.to("pressure", known)).isEmpty();
    }

    @Test
    void aSwapOfNeighboursCountsOnce() {
        assertThat(Nearest.distance("exrp", "expr")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    }
}
