package io.millrace.simulator;

import java.time.Duration;
import java.util.Map;

/**
 * What a fleet has counted since its start. Each part adds up: tries = connected + failed + under way; published = acknowledged +
 * forgotten + rejected + in flight; crossings = answered + unanswered + awaited. The event loops count on while a snapshot is taken, so the
 * sums are exact only once the fleet is closed.
 *
 * @param elapsed since the fleet's start, until its close
 */
public record SimulatorStats(
        Duration elapsed, int devices, Connects connects, Publishes publishes, Commands commands, Reactions reactions) {

    /**
     * @param reconnects those of the accepted that were not the first of their device
     * @param open connections now
     * @param failed tries by {@link ConnectFailure}, those that happened only
     * @param lost connections that ended without the simulator's doing
     */
    public record Connects(
            long tries,
            long accepted,
            long reconnects,
            long open,
            long lost,
            Map<ConnectionEnd, Long> lostBecause,
            long left,
            Map<ConnectFailure, Long> failed,
            long underWay,
            long subscriptionsRefused) {
        public Connects {
            lostBecause = Map.copyOf(lostBecause);
            failed = Map.copyOf(failed);
        }

        /** Tries that the server answered with a refusal. */
        public long refused() {
            return failed.entrySet().stream()
                    .filter(entry -> entry.getKey().refused())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    /**
     * @param readings and responses: what was published, at whatever QoS
     * @param skipped readings that were due without a connection or without room to keep them
     * @param missed readings that the simulator itself was too busy to take: the load was less than asked for
     * @param rejected answered with an error over HTTP
     * @param published at QoS 1 or 2, each message once
     * @param acknowledgement from the first sending to PUBACK (QoS 2: PUBCOMP)
     */
    public record Publishes(
            long readings,
            long responses,
            long skipped,
            long missed,
            long publishedQos0,
            long published,
            long acknowledged,
            long forgotten,
            long rejected,
            long inFlight,
            long resent,
            long acknowledgedAgain,
            Latency acknowledgement) {}

    /**
     * @param inPieces larger than the buffer of the board
     * @param withoutEffect commands that changed nothing, most likely delivered twice: 3.1.1 carries no command id
     */
    public record Commands(
            long received, Map<DeviceCommand, Long> byCommand, long redelivered, long inPieces, long withoutEffect) {
        public Commands {
            byCommand = Map.copyOf(byCommand);
        }
    }

    /**
     * Readings that crossed a threshold, and the commands that had to follow.
     *
     * @param unanswered the next crossing came first
     * @param reaction from the publish of the reading to the arrival of the command
     */
    public record Reactions(long crossings, long answered, long unanswered, long awaited, Latency reaction) {}
}
