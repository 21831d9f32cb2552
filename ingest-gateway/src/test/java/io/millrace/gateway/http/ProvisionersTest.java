package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProvisionersTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Provisioners provisioners = new Provisioners(2);

    @Test
    void aKeyMayAskForFiveSecondsWorthAtOnceThenAtItsRate() {
        for (int i = 0; i < 10; i++) {
            assertThat(provisioners.wait("line-1", 0)).isZero();
        }
        assertThat(provisioners.wait("line-1", 0)).isEqualTo(1);
        assertThat(provisioners.wait("line-1", SECOND / 2)).isZero();
        assertThat(provisioners.wait("line-1", SECOND / 2)).isEqualTo(1);
    }

    @Test
    void whatIsRefusedCostsNothingAndAnotherKeyIsNotHeldUp() {
        for (int i = 0; i < 1_000; i++) {
            var unused = provisioners.wait("line-1", 0);
        }
        assertThat(provisioners.wait("line-2", 0)).isZero();
        assertThat(provisioners.wait("line-1", SECOND)).isZero();
    }
}
