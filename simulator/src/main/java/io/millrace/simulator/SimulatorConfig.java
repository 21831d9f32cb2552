package io.millrace.simulator;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One fleet and the server it talks to.
 *
 * @param connectsPerSecond pace of the first connects; reconnects follow {@link EspTimings} and know no pace
 * @param seed start temperatures, the first readings' moments and the noise follow from it
 */
public record SimulatorConfig(
        String host,
        int port,
        List<DeviceCredentials> devices,
        DeviceBehaviour behaviour,
        EspTimings timings,
        int connectsPerSecond,
        long seed) {

    public SimulatorConfig {
        devices = List.copyOf(devices);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected a name or an address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected 1 to 65535)");
        }
        if (connectsPerSecond < 1) {
            throw new IllegalArgumentException(
                    "connect rate: " + connectsPerSecond + " (expected at least 1 a second)");
        }
        Set<String> ids = new HashSet<>();
        for (DeviceCredentials device : devices) {
            if (!ids.add(device.deviceId())) {
                // Two boards with one identity would throw each other out for ever.
                throw new IllegalArgumentException("device " + device.deviceId() + " is named twice");
            }
        }
    }

    /** The seed firmware at QoS 1, 200 connects a second. */
    public static SimulatorConfig of(String host, int port, List<DeviceCredentials> devices) {
        return new SimulatorConfig(host, port, devices, DeviceBehaviour.DEFAULT, EspTimings.DEFAULT, 200, 1);
    }

    public SimulatorConfig withBehaviour(DeviceBehaviour newBehaviour) {
        return new SimulatorConfig(host, port, devices, newBehaviour, timings, connectsPerSecond, seed);
    }

    public SimulatorConfig withTimings(EspTimings newTimings) {
        return new SimulatorConfig(host, port, devices, behaviour, newTimings, connectsPerSecond, seed);
    }

    public SimulatorConfig withConnectsPerSecond(int newConnectsPerSecond) {
        return new SimulatorConfig(host, port, devices, behaviour, timings, newConnectsPerSecond, seed);
    }

    public SimulatorConfig withSeed(long newSeed) {
        return new SimulatorConfig(host, port, devices, behaviour, timings, connectsPerSecond, newSeed);
    }
}
