package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuplicateIdentitiesTest {
    private static final DeviceId DEVICE = new DeviceId("d");

    private long now = Long.MAX_VALUE - Duration.ofHours(1).toNanos();
    private final List<List<String>> found = new ArrayList<>();
    private final DuplicateIdentities identities =
            new DuplicateIdentities((device, addresses) -> found.add(addresses), () -> now);

    private void passes(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void threeTakeoversWithinAMinuteAreFoundOnceWithTheAddresses() {
        identities.takenOver(DEVICE, true);
        identities.opened(DEVICE, "192.0.2.1");
        passes(25);
        identities.takenOver(DEVICE, true);
        identities.opened(DEVICE, "192.0.2.2");
        assertThat(identities.wait(DEVICE)).isZero();
        passes(25);
        identities.takenOver(DEVICE, true);
        identities.takenOver(DEVICE, true);
        assertThat(found).containsExactly(List.of("192.0.2.1", "192.0.2.2"));
    }

    @Test
    void twoAMinuteAreABadLink() {
        for (int i = 0; i < 10; i++) {
            identities.takenOver(DEVICE, true);
            passes(31);
        }
        assertThat(found).isEmpty();
        assertThat(identities.wait(DEVICE)).isZero();
    }

    @Test
    void theNewcomerWaitsLongerEachTimeAndNeverEightSeconds() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            identities.takenOver(DEVICE, true);
            waits.add(identities.wait(DEVICE).toSeconds());
            passes(15);
        }
        assertThat(waits).containsExactly(0L, 0L, 1L, 2L, 4L, 7L, 7L, 7L);
    }

    @Test
    void onceFoundItStaysSlowUntilFiveMinutesAreQuiet() {
        for (int i = 0; i < 3; i++) {
            identities.takenOver(DEVICE, true);
        }
        passes(299);
        assertThat(identities.wait(DEVICE)).isPositive();
        passes(2);
        assertThat(identities.wait(DEVICE)).isZero();
        for (int i = 0; i < 3; i++) {
            identities.takenOver(DEVICE, true);
        }
        assertThat(found).hasSize(2);
    }

    @Test
    void theGatewayThatLostTheSessionTellsAndAllWait() {
        for (int i = 0; i < 3; i++) {
            identities.takenOver(DEVICE, false);
        }
        assertThat(found).isEmpty();
        assertThat(identities.wait(DEVICE)).isPositive();
    }

    @Test
    void aBoundedNumberOfDevicesIsRemembered() {
        for (int i = 0; i < 10_000; i++) {
            identities.takenOver(new DeviceId("d" + i), true);
        }
        identities.takenOver(DEVICE, true);
        assertThat(identities.watches(DEVICE)).isFalse();
        passes(61);
        identities.takenOver(DEVICE, true);
        assertThat(identities.watches(DEVICE)).isTrue();
    }
}
