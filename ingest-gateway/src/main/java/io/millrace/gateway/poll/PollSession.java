package io.millrace.gateway.poll;

import io.millrace.gateway.command.Tray;
import io.millrace.gateway.flow.OnLoop;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.session.DeviceSession;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The session of a device that polls: from its first poll until none has come for a while, or another session takes its place.
 * It lives on the event loop of its first poll; later ones may come from any. At most one poll waits, the newest.
 */
final class PollSession implements DeviceSession {
    private static final long UNKNOWN = -1;
    private static final Duration OPENING = Duration.ofSeconds(5);
    /** Within which a pending command comes once it is known that the device can take it; so long any such poll waits. */
    private static final Duration DISPATCH = Duration.ofSeconds(1);

    private final PollServices services;
    private final PollSessions polls;
    private final DeviceId device;
    private final OnLoop loop;
    private Identity.@Nullable Device identity;
    private @Nullable Tray tray;
    private @Nullable Poll waiting;
    /** Of the poll that waits, or of the grace when none does. */
    private @Nullable ScheduledFuture<?> timer;

    private int readyQos = -1;
    /** A command is being written that must not be written twice. */
    private boolean writing;

    private boolean ended;
    private volatile int term;
    private volatile long epoch = UNKNOWN;

    PollSession(PollServices services, PollSessions polls, DeviceId device, OnLoop loop) {
        this.services = services;
        this.polls = polls;
        this.device = device;
        this.loop = loop;
    }

    /** Asks Kafka for an epoch. Any thread, as all down to {@link #take}. */
    void open(String address) {
        services.sessions().beginOpening(device);
        var unused = services.sessionLog()
                .opened(device, device.value(), "http", address, true)
                .whenComplete((offset, failure) -> loop.execute(() -> opened(failure == null ? offset : UNKNOWN)));
    }

    void arrive(Poll poll) {
        loop.execute(() -> take(poll));
    }

    void gone(Poll poll) {
        loop.execute(() -> {
            if (waiting == poll) {
                await(null);
                beGraceful();
            }
        });
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
        return term;
    }

    @Override
    public void end(CloseReason reason) {
        loop.execute(() -> finish(reason));
    }

    @Override
    public void deliver(Dispatch dispatch) {
        loop.execute(() -> {
            Tray open = tray;
            if (ended || open == null || !services.lease().isHeld(term)) {
                services.outcomes().undelivered(dispatch, UndeliveredReason.SESSION_GONE);
                return;
            }
            if (!open.deliver(dispatch)) {
                services.metrics().commandsRepeated.increment();
            }
            offer(open);
        });
    }

    @Override
    public void answered(Optional<String> named, Consumer<Optional<String>> then) {
        loop.execute(() -> {
            Tray open = tray;
            if (ended || open == null) {
                then.accept(named);
            } else {
                then.accept(open.answered(named));
                offer(open);
            }
        });
    }

    @Override
    public void registryChanged() {
        loop.execute(() -> {
            if (epoch != UNKNOWN && !isAdmitted()) {
                finish(CloseReason.NOT_AUTHORIZED);
            }
        });
    }

    private boolean isAdmitted() {
        return identity == null || services.devices().admits(identity.id(), identity.credential());
    }

    private void take(Poll poll) {
        if (ended) {
            polls.arrive(poll);
            return;
        }
        Poll older = waiting;
        if (older != null && tray == null && older.acknowledges().isPresent()) {
            // 204 would say that it is acknowledged.
            older.unavailable("a newer poll has come");
        } else if (older != null) {
            older.nothing();
        }
        identity = poll.identity();
        await(poll);
        Tray open = tray;
        if (open == null) {
            wakeIn(OPENING);
        } else {
            serve(poll, open, false);
        }
    }

    private void opened(long offset) {
        if (offset == UNKNOWN) {
            var unused = services.sessions().notOpened(device);
            ended = true;
            polls.remove(this);
            timeUp();
            return;
        }
        term = services.lease().term();
        epoch = offset;
        Tray open = new Tray(
                services.outcomes(),
                services.clock(),
                device,
                services.sessionLog().slot(),
                offset);
        tray = open;
        services.sessions().opened(this);
        // Only now, for from here on a change of the registry finds this session by itself.
        if (!isAdmitted()) {
            finish(CloseReason.NOT_AUTHORIZED);
        } else if (waiting != null) {
            serve(waiting, open, true);
        } else {
            beGraceful();
        }
    }

    private void serve(Poll poll, Tray open, boolean first) {
        poll.acknowledges().ifPresent(open::acknowledged);
        if (poll.qos() != readyQos) {
            readyQos = poll.qos();
            var unused = services.sessionLog().ready(device, epoch, readyQos).whenComplete((offset, failure) -> {
                if (failure != null) {
                    end(CloseReason.CONNECTION_LOST);
                }
            });
        }
        offer(open);
        if (waiting == poll) {
            boolean mayFollow = first || poll.acknowledges().isPresent();
            Duration patience = poll.patience();
            Duration longer = mayFollow && patience.compareTo(DISPATCH) < 0 ? DISPATCH : patience;
            wakeIn(poll.whileAdmitted(longer, services.clock()));
        }
    }

    private void offer(Tray open) {
        Poll poll = waiting;
        if (poll == null || writing) {
            return;
        }
        Optional<Dispatch> command = open.first();
        if (command.isPresent()) {
            await(null);
            beGraceful();
            give(poll, command.get(), open);
        }
    }

    private void give(Poll poll, Dispatch command, Tray open) {
        if (open.give()) {
            services.metrics().commandsGivenAgain.increment();
        }
        if (Math.min(poll.qos(), command.qos()) > 0) {
            poll.give(command, written -> {});
            return;
        }
        writing = true;
        poll.give(
                command,
                written -> loop.execute(() -> {
                    writing = false;
                    if (written && !ended) {
                        open.unconfirmed(command.commandId());
                    }
                    offer(open);
                }));
    }

    private void await(@Nullable Poll poll) {
        polls.waits((poll == null ? 0 : 1) - (waiting == null ? 0 : 1));
        waiting = poll;
    }

    private void beGraceful() {
        if (tray != null && !ended) {
            wakeIn(services.grace());
        }
    }

    private void wakeIn(Duration delay) {
        stopTimer();
        if (delay.isZero()) {
            timeUp();
        } else {
            timer = loop.after(delay, this::timeUp);
        }
    }

    private void timeUp() {
        Poll poll = waiting;
        if (poll == null) {
            finish(CloseReason.KEEP_ALIVE_TIMEOUT);
            return;
        }
        await(null);
        if (tray == null) {
            poll.unavailable("Kafka does not answer");
        } else if (poll.identity().credential().isOver(services.clock())) {
            // The session stays: the next poll with what is valid goes on with it.
            poll.ended(CloseReason.NOT_AUTHORIZED);
            beGraceful();
        } else {
            poll.nothing();
            beGraceful();
        }
    }

    private void finish(CloseReason reason) {
        Tray open = tray;
        if (ended || open == null) {
            return;
        }
        ended = true;
        stopTimer();
        polls.remove(this);
        services.sessions().remove(this);
        Poll poll = waiting;
        if (poll != null) {
            await(null);
            poll.ended(reason);
        }
        open.close();
        services.metrics().closed(reason);
        services.sessionLog().closed(device, epoch, reason);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
