package io.millrace.simulator;

import io.millrace.simulator.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes a fleet of a scenario: names its devices and gives them what they prove themselves with. */
final class ScenarioFleet {
    private ScenarioFleet() {}

    /**
     * Registers the devices of all groups, if that is asked for.
     *
     * @param ca of the server that they are registered at; else it is the first that the scenario names
     */
    static SimulatorConfig of(Scenario scenario, AccessOptions access, Optional<Path> ca)
            throws IOException, InterruptedException {
        access.check();
        if (access.credentialsFile().isPresent()) {
            throw new IllegalArgumentException("--credentials: a scenario names its devices itself"
                    + " (expected --api, --provision, --username or nothing)");
        }
        List<String> ids = new ArrayList<>();
        for (Scenario.Group group : scenario.groups()) {
            IntStream.rangeClosed(1, group.devices())
                    .mapToObj(number -> String.format(group.idPattern(), number))
                    .forEach(ids::add);
        }
        List<DeviceCredentials> credentials = access.credentials(ids, ca.or(() -> scenario.groups().stream()
                .flatMap(group -> group.server().ca().stream())
                .findFirst()));
        List<FleetGroup> groups = new ArrayList<>();
        int first = 0;
        for (Scenario.Group group : scenario.groups()) {
            List<DeviceCredentials> own = credentials.subList(first, first + group.devices());
            groups.add(new FleetGroup(group.name(), group.server(), own, group.behaviour(), group.startAfter()));
            first += group.devices();
        }
        return new SimulatorConfig(
                groups,
                scenario.ramp().connectsPerSecond(scenario.devices()),
                EspTimings.DEFAULT.withReconnectAfter(scenario.reconnectAfter()),
                scenario.sources(),
                scenario.seed());
    }
}
