package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device says to its server and hears from it, in whatever protocol: at most one connection at a time, taken up again a fixed
 * time after it was lost or refused, and an {@link Outbox} that outlives it. Runs on its shard's event loop only.
 */
abstract class Conversation extends Agenda.Entry {
    enum State {
        WAITING,
        CONNECTING,
        CONNECTED,
        STOPPED
    }

    final FleetShard shard;
    final SimulatedDevice device;
    final Outbox outbox;
    State state = State.WAITING;
    /** From the attempt to connect on; null in between. */
    private @Nullable Link link;

    private boolean tried;
    private boolean acceptedBefore;

    Conversation(FleetShard shard, SimulatedDevice device, IntConsumer forgotten) {
        this.shard = shard;
        this.device = device;
        this.outbox = new Outbox(shard.timings(), System.nanoTime(), forgotten);
    }

    @Override
    void run(long now) {
        switch (state) {
            case WAITING -> connect(now);
            case CONNECTING -> connectFailed(ConnectFailure.NO_CONNACK, now);
            case CONNECTED -> keepUp(now);
            case STOPPED -> {}
        }
    }

    private void connect(long now) {
        state = State.CONNECTING;
        shard.meters().count(Count.CONNECT_TRIES);
        shard.enter(this, now + shard.timings().networkTimeout().toNanos());
        Link attempt = new Link(this, device.group().server().transport());
        link = attempt;
        var unused = shard.connect(attempt, device).addListener(done -> {
            if (!done.isSuccess()) {
                shard.socketTrouble(done.cause());
                unreachable(attempt);
            }
        });
    }

    private void unreachable(Link attempt) {
        if (attempt == link && state == State.CONNECTING) {
            connectFailed(ConnectFailure.UNREACHABLE, System.nanoTime());
        }
    }

    final void opened(Link from, long now) {
        if (from == link && state == State.CONNECTING) {
            opened(now);
        }
    }

    final void received(Link from, Object message, long now) {
        if (from == link) {
            received(message, now);
        }
    }

    final void closed(Link from, long now) {
        if (from == link) {
            lost(ConnectionEnd.CLOSED, now);
        }
    }

    final void refusedByTls(Link from, Throwable cause) {
        shard.socketTrouble(cause);
        if (from == link && state == State.CONNECTING) {
            connectFailed(ConnectFailure.TLS_FAILED, System.nanoTime());
        }
    }

    /** There is a connection to write to. */
    abstract void opened(long now);

    /** The message is released afterwards. */
    abstract void received(Object message, long now);

    /** Sends what is due, and enters itself for the next time. */
    abstract void keepUp(long now);

    /** Whether a publish at this QoS would be sent, or kept until there is a connection. */
    abstract boolean takes(int qos);

    /** Only if {@link #takes}. `messageId` is that of a reading, 0 for all else. */
    abstract void publish(DeviceTopic topic, byte[] payload, int messageId, long now);

    /** Says goodbye. */
    abstract void farewell(long now);

    final boolean isConnected() {
        return state == State.CONNECTED;
    }

    final void accepted() {
        state = State.CONNECTED;
        shard.meters().count(Count.CONNECTED);
        if (acceptedBefore) {
            shard.meters().count(Count.RECONNECTED);
        }
        acceptedBefore = true;
    }

    final void triedOnce() {
        if (!tried) {
            tried = true;
            shard.deviceTried();
        }
    }

    final void connectFailed(ConnectFailure failure, long now) {
        shard.meters().count(failure);
        disconnect(now);
        triedOnce();
    }

    final void lost(ConnectionEnd why, long now) {
        if (state == State.CONNECTED) {
            shard.meters().count(Count.LOST);
            shard.meters().count(why);
            disconnect(now);
        } else if (state == State.CONNECTING) {
            connectFailed(ConnectFailure.CLOSED_EARLY, now);
        }
    }

    private void disconnect(long now) {
        state = State.WAITING;
        var unused = closeLink();
        shard.enter(this, now + shard.timings().reconnectAfter().toNanos());
    }

    /** Never connects again; completes when the connection is closed. */
    final CompletableFuture<Void> stop() {
        if (state == State.CONNECTED) {
            shard.meters().count(Count.LEFT);
            farewell(System.nanoTime());
        } else if (state == State.CONNECTING) {
            shard.meters().count(ConnectFailure.GIVEN_UP);
        }
        state = State.STOPPED;
        shard.remove(this);
        return closeLink();
    }

    private CompletableFuture<Void> closeLink() {
        Link open = link;
        link = null;
        return open == null ? CompletableFuture.completedFuture(null) : open.close();
    }

    final Link link() {
        Link open = link;
        if (open == null) {
            throw new IllegalStateException(device.deviceId() + " has no connection to write to");
        }
        return open;
    }
}
