package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WaitingWillsTest {
    private static final DeviceId DEVICE = new DeviceId("d");

    private final WaitingWills wills = new WaitingWills();
    private final List<Long> published = new ArrayList<>();

    private Future<?> waits(long epoch) {
        CompletableFuture<Void> timer = new CompletableFuture<>();
        wills.put(DEVICE, epoch, () -> published.add(epoch), timer);
        return timer;
    }

    @Test
    void itIsPublishedOnceWhenItIsDue() {
        var timer = waits(5);
        wills.due(DEVICE, 5);
        wills.due(DEVICE, 5);
        assertThat(published).containsExactly(5L);
        assertThat(timer).isNotCancelled();
    }

    @Test
    void aSessionThatGoesOnCancelsIt() {
        var timer = waits(5);
        wills.opened(DEVICE, 6, false);
        assertThat(timer).isCancelled();
        wills.due(DEVICE, 5);
        assertThat(published).isEmpty();
    }

    @Test
    void aSessionThatIsNewEndsTheOneBeforeAndItsDelay() {
        var timer = waits(5);
        wills.opened(DEVICE, 6, true);
        assertThat(timer).isCancelled();
        assertThat(published).containsExactly(5L);
    }

    @Test
    void newsOfItsOwnOrAnEarlierSessionDoNothing() {
        var timer = waits(5);
        wills.opened(DEVICE, 5, false);
        wills.opened(DEVICE, 4, true);
        wills.opened(new DeviceId("other"), 9, true);
        assertThat(timer).isNotCancelled();
        assertThat(wills.isWaiting(DEVICE)).isTrue();
        assertThat(published).isEmpty();
    }

    @Test
    void aLaterWillTakesThePlaceOfAnEarlierOne() {
        var timer = waits(5);
        var later = waits(8);
        assertThat(timer).isCancelled();
        wills.due(DEVICE, 5);
        assertThat(published).isEmpty();
        wills.publishAll();
        assertThat(published).containsExactly(8L);
        assertThat(later).isCancelled();
        assertThat(wills.size()).isZero();
    }
}
