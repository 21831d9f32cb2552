package io.millrace.simulator.scenario;

import io.millrace.simulator.DeviceBehaviour;
import io.millrace.simulator.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A load to be: which devices there are and what they do. Who they are and how they prove it is told elsewhere, so that a scenario
 * holds no secret.
 *
 * @param duration without it until somebody ends it
 * @param warmUp latencies of this first time are not reported
 * @param sources addresses of this host to connect from in turn
 */
public record Scenario(
        String name,
        Optional<Duration> duration,
        Duration warmUp,
        Ramp ramp,
        Duration reconnectAfter,
        List<String> sources,
        long seed,
        List<Group> groups) {

    /**
     * Devices that are alike.
     *
     * @param idPattern with one %d for their number from 1 on
     * @param startAfter time from the start before the first of them connects
     */
    public record Group(
            String name,
            int devices,
            String idPattern,
            ServerAddress server,
            Duration startAfter,
            DeviceBehaviour behaviour) {}

    public Scenario {
        sources = List.copyOf(sources);
        groups = List.copyOf(groups);
    }

    public int devices() {
        return groups.stream().mapToInt(Group::devices).sum();
    }
}
