package io.millrace.simulator;

import io.millrace.simulator.ShardMeters.Count;
import io.vertx.core.Future;

/**
 * The firmware of one board: a reading every interval, whatever the connection does, and obedience to commands, which the next
 * reading reports back. Runs on its shard's event loop only.
 */
final class SimulatedDevice extends Agenda.Entry {
    private final FleetShard shard;
    private final String deviceId;
    private final String telemetryTopic;
    private final String commandTopic;
    private final Board board;
    private final ReactionWatch watch = new ReactionWatch();
    private final EspConversation conversation;
    private int messageId;
    private boolean started;
    private long readingDue;

    SimulatedDevice(FleetShard shard, DeviceCredentials credentials, Board board) {
        this.shard = shard;
        this.deviceId = credentials.deviceId();
        this.telemetryTopic = "devices/" + deviceId + "/telemetry";
        this.commandTopic = "devices/" + deviceId + "/commands";
        this.board = board;
        this.conversation = new EspConversation(shard, credentials, this);
    }

    void connectAt(long moment) {
        shard.enter(conversation, moment);
    }

    /** The first reading comes at a random moment within the interval, so that a fleet does not speak in chorus. */
    void connected(long now) {
        if (!started) {
            started = true;
            readingDue = now + (long) (shard.random().nextDouble() * intervalNanos());
            shard.enter(this, readingDue);
        }
    }

    @Override
    void run(long now) {
        publishReading(now);
        // After a pause of the whole process the readings in between are not made up for.
        long missed = (now - readingDue) / intervalNanos();
        shard.meters().count(Count.READINGS_MISSED, (int) missed);
        readingDue += (missed + 1) * intervalNanos();
        shard.enter(this, readingDue);
    }

    private void publishReading(long now) {
        if (!conversation.takes(qos())) {
            shard.meters().count(Count.READINGS_SKIPPED);
            return;
        }
        int temperature = board.read(now, shard.random());
        if (conversation.isConnected()) {
            count(watch.published(temperature, now));
        } else {
            watch.kept(temperature);
        }
        shard.meters().count(Count.READINGS);
        byte[] payload = shard.readingPayload().of(++messageId, deviceId, temperature, board.led(), board.fan());
        conversation.publish(telemetryTopic, payload, qos(), now);
    }

    private void count(ReactionWatch.Crossing crossing) {
        if (crossing == ReactionWatch.Crossing.NONE) {
            return;
        }
        shard.meters().count(Count.CROSSINGS);
        if (crossing == ReactionWatch.Crossing.CROSSED_UNANSWERED) {
            shard.meters().count(Count.CROSSINGS_UNANSWERED);
        }
    }

    void commandReceived(String payload, boolean redelivered, long now) {
        ReceivedCommand received = ReceivedCommand.of(payload);
        shard.meters().count(received.command());
        if (redelivered) {
            shard.meters().count(Count.COMMANDS_REDELIVERED);
        }
        long reaction = watch.arrived(received.command(), now);
        if (reaction >= 0) {
            shard.meters().count(Count.CROSSINGS_ANSWERED);
            shard.meters().reactedAfter(reaction);
        }
        if (!board.apply(received.command(), now, shard.random())) {
            shard.meters().count(Count.COMMANDS_WITHOUT_EFFECT);
        }
        if (shard.behaviour().reportOnCommand()) {
            publishReading(now);
        }
        if (received.id().isPresent() || shard.behaviour().answerPlainCommands()) {
            answer(received, now);
        }
    }

    private void answer(ReceivedCommand command, long now) {
        if (conversation.takes(qos())) {
            shard.meters().count(Count.RESPONSES);
            conversation.publish("devices/" + deviceId + "/responses", command.response(), qos(), now);
        }
    }

    Future<Void> stop() {
        shard.remove(this);
        return conversation.stop();
    }

    String commandTopic() {
        return commandTopic;
    }

    int qos() {
        return shard.behaviour().qos();
    }

    private long intervalNanos() {
        return shard.behaviour().interval().toNanos();
    }
}
