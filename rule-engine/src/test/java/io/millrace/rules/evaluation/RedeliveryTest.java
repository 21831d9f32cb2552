package io.millrace.rules.evaluation;

import static io.millrace.rules.evaluation.PartitionEngine.Taken.EVALUATED;
import static io.millrace.rules.evaluation.PartitionEngine.Taken.REDELIVERY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedeliveryTest {

    private final Partition p = new Partition("""
            rules:
              - alert: PressureHigh
                expr: pressure > 6
                for_samples: 3
            """);

    @Test
    void sameIdAndPayloadCountOnce() throws Exception {
        assertThat(p.taken(0, "{\"messageId\":1,\"pressure\":7}")).isEqualTo(EVALUATED);
        assertThat(p.taken(1, "{\"messageId\":1,\"pressure\":7}")).isEqualTo(REDELIVERY);
        assertThat(p.taken(2, "{\"messageId\":2,\"pressure\":7}")).isEqualTo(EVALUATED);
        assertThat(p.taken(3, "{\"messageId\":1,\"pressure\":7}")).isEqualTo(REDELIVERY);
        assertThat(p.told()).isEmpty();
        assertThat(p.taken(4, "{\"messageId\":3,\"pressure\":7}")).isEqualTo(EVALUATED);
        assertThat(p.told()).containsExactly("firing PressureHigh 4");
    }

    @Test
    void anotherPayloadIsNews() throws Exception {
        assertThat(p.taken(0, "{\"messageId\":1,\"pressure\":7}")).isEqualTo(EVALUATED);
        assertThat(p.taken(1, "{\"messageId\":1,\"pressure\":8}")).isEqualTo(EVALUATED);
    }

    @Test
    void afterFiveMinutesItIsNews() throws Exception {
        assertThat(p.taken(0, "{\"messageId\":1}")).isEqualTo(EVALUATED);
        assertThat(p.taken(301, "{\"messageId\":1}")).isEqualTo(EVALUATED);
    }

    @Test
    void aLowerIdInBetweenMeansARebootNotARedelivery() throws Exception {
        assertThat(p.taken(0, "{\"messageId\":5}")).isEqualTo(EVALUATED);
        assertThat(p.taken(1, "{\"messageId\":1}")).isEqualTo(EVALUATED);
        assertThat(p.taken(2, "{\"messageId\":5}")).isEqualTo(EVALUATED);
    }

    @Test
    void amongTheLastSixteenOnly() throws Exception {
        for (int id = 0; id <= 16; id++) {
            assertThat(p.taken(id, "{\"messageId\":" + id + "}")).isEqualTo(EVALUATED);
        }
        assertThat(p.taken(20, "{\"messageId\":1}")).isEqualTo(REDELIVERY);
        assertThat(p.taken(21, "{\"messageId\":0}")).isEqualTo(EVALUATED);
    }

    @Test
    void withoutIdEverythingIsNews() throws Exception {
        assertThat(p.taken(0, "{\"pressure\":7}")).isEqualTo(EVALUATED);
        assertThat(p.taken(0, "{\"pressure\":7}")).isEqualTo(EVALUATED);
    }
}
