package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseDetectorTest {
    private static final long SECOND = 1_000_000_000;

    private final PauseDetector pause = new PauseDetector(Duration.ofSeconds(15), 0);

    @Test
    void aPauseBeyondTheLeaseIsOverOnceItIsRenewed() {
        pause.renew(3 * SECOND);
        assertThat(pause.isOver(18 * SECOND)).isFalse();
        assertThat(pause.isOver(19 * SECOND)).isTrue();
        pause.renew(19 * SECOND);
        assertThat(pause.isOver(22 * SECOND)).isFalse();
    }
}
