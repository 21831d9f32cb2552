package io.millrace.simulator;

import java.time.Duration;
import java.util.List;

/**
 * Devices that are alike.
 *
 * @param startAfter time from the fleet's start before the first of them connects
 */
public record FleetGroup(
        String name,
        ServerAddress server,
        List<DeviceCredentials> devices,
        DeviceBehaviour behaviour,
        Duration startAfter) {
    public FleetGroup {
        devices = List.copyOf(devices);
    }

    FleetGroup withBehaviour(DeviceBehaviour newBehaviour) {
        return new FleetGroup(name, server, devices, newBehaviour, startAfter);
    }
}
