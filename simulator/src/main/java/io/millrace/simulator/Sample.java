package io.millrace.simulator;

import java.time.Duration;

/**
 * What happened between two looks at the fleet.
 *
 * @param seconds from the start to the end of that time
 * @param latencies in milliseconds, 0 if there was none
 */
record Sample(
        double seconds,
        long open,
        double readingsPerSecond,
        double acknowledgedPerSecond,
        double commandsPerSecond,
        double connectsPerSecond,
        double lostPerSecond,
        double acknowledgementP50,
        double acknowledgementP99,
        double reactionP50,
        double reactionP99) {

    static Sample between(SimulatorStats before, SimulatorStats now, Latency acknowledgement, Latency reaction) {
        double passed = Math.max(1e-3, now.elapsed().minus(before.elapsed()).toNanos() / 1e9);
        return new Sample(
                seconds(now.elapsed()),
                now.connects().open(),
                (now.publishes().readings() - before.publishes().readings()) / passed,
                (now.publishes().acknowledged() - before.publishes().acknowledged()) / passed,
                (now.commands().received() - before.commands().received()) / passed,
                (now.connects().accepted() - before.connects().accepted()) / passed,
                (now.connects().lost() - before.connects().lost()) / passed,
                acknowledgement.p50(),
                acknowledgement.p99(),
                reaction.p50(),
                reaction.p99());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
