package io.millrace.gateway.session;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A session that only remembers how it was ended. */
final class FakeSession implements DeviceSession {
    private final DeviceId device;
    private final long epoch;
    final List<CloseReason> ends = new CopyOnWriteArrayList<>();
    final List<Takeover> takenOver = new CopyOnWriteArrayList<>();

    FakeSession(DeviceId device, long epoch) {
        this.device = device;
        this.epoch = epoch;
    }

    boolean hasEnded() {
        return !ends.isEmpty();
    }

    @Override
    public DeviceId deviceId() {
        return device;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int term() {
        return 0;
    }

    @Override
    public void takenOver(Takeover by) {
        takenOver.add(by);
        end(CloseReason.TAKEN_OVER);
    }

    @Override
    public void end(CloseReason reason) {
        ends.add(reason);
    }

    @Override
    public void deliver(Dispatch dispatch) {
        throw new UnsupportedOperationException("no command is expected here");
    }

    @Override
    public void answered(Optional<String> named, Consumer<Optional<String>> then) {
        throw new UnsupportedOperationException("no answer is expected here");
    }

    @Override
    public void registryChanged() {
        throw new UnsupportedOperationException("no change is expected here");
    }
}
