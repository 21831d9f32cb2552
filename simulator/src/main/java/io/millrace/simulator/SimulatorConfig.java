package io.millrace.simulator;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One fleet and the servers it talks to.
 *
 * @param connectsPerSecond pace of the first connects of all groups together; reconnects follow {@link EspTimings} and know no pace
 * @param sources addresses of this host to connect from in turn; empty: the system chooses
 * @param seed start temperatures, the first readings' moments and the noise follow from it
 */
public record SimulatorConfig(
        List<FleetGroup> groups, double connectsPerSecond, EspTimings timings, List<String> sources, long seed) {

    public SimulatorConfig {
        groups = List.copyOf(groups);
        sources = List.copyOf(sources);
        if (!(connectsPerSecond > 0)) {
            throw new IllegalArgumentException("connect rate: " + connectsPerSecond + " (expected above 0 a second)");
        }
        Set<String> ids = new HashSet<>();
        for (FleetGroup group : groups) {
            for (DeviceCredentials device : group.devices()) {
                if (!ids.add(device.deviceId())) {
                    // Two boards with one identity would throw each other out for ever.
                    throw new IllegalArgumentException("device " + device.deviceId() + " is named twice");
                }
            }
        }
    }

    /** The seed firmware at QoS 1, 200 connects a second. */
    public static SimulatorConfig of(String host, int port, List<DeviceCredentials> devices) {
        return of(new ServerAddress(Transport.MQTT, host, port, "", Optional.empty()), devices);
    }

    static SimulatorConfig of(ServerAddress server, List<DeviceCredentials> devices) {
        FleetGroup group = new FleetGroup("boards", server, devices, DeviceBehaviour.DEFAULT, Duration.ZERO);
        return new SimulatorConfig(List.of(group), 200, EspTimings.DEFAULT, List.of(), 1);
    }

    public int devices() {
        return groups.stream().mapToInt(group -> group.devices().size()).sum();
    }

    /** The same for all groups. */
    public SimulatorConfig withBehaviour(DeviceBehaviour newBehaviour) {
        List<FleetGroup> changed =
                groups.stream().map(group -> group.withBehaviour(newBehaviour)).toList();
        return new SimulatorConfig(changed, connectsPerSecond, timings, sources, seed);
    }

    public SimulatorConfig withTimings(EspTimings newTimings) {
        return new SimulatorConfig(groups, connectsPerSecond, newTimings, sources, seed);
    }

    public SimulatorConfig withConnectsPerSecond(double newConnectsPerSecond) {
        return new SimulatorConfig(groups, newConnectsPerSecond, timings, sources, seed);
    }
}
