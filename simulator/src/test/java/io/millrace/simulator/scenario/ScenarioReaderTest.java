package io.millrace.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.simulator.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {
    @TempDir
    private Path folder;

    @Test
    void groupsSayWhatTheyAreAndTakeTheRestFromTheSeedFirmware() throws IOException {
        Scenario scenario = read("""
                server: mqtts://gateway.example.org
                ca: ca.pem
                duration: 2m
                ramp: 30s
                sources: [127.0.0.2-4, "::1"]
                groups:
                  - devices: 60
                  - name: doors
                    devices: 30
                    id: door-%03d
                    server: ws://127.0.0.1:8083/ws
                    start-after: 1m
                    interval: 500ms
                    jitter: 20%
                    qos: 0
                    board: {time-scale: 4}
                    fields:
                      door: {choice: {open: 1, closed: 9}}
                      firmware: 1.2.0
                      temperature2: {sine: {mean: 5, amplitude: 2, period: 10m}}
                """);

        assertThat(scenario.name()).isEqualTo("load");
        assertThat(scenario.duration()).contains(Duration.ofMinutes(2));
        assertThat(scenario.ramp().connectsPerSecond(scenario.devices())).isEqualTo(3);
        assertThat(scenario.sources()).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.4", "::1");
        Scenario.Group boards = scenario.groups().get(0);
        assertThat(boards.server().toString()).isEqualTo("mqtts://gateway.example.org:8883");
        assertThat(boards.server().ca()).contains(folder.toAbsolutePath().resolve("ca.pem"));
        assertThat(boards.idPattern()).isEqualTo("sim-group-1-%06d");
        assertThat(boards.behaviour().payload().board()).isTrue();
        Scenario.Group doors = scenario.groups().get(1);
        assertThat(doors.server().transport()).isEqualTo(Transport.WS);
        assertThat(doors.server().path()).isEqualTo("/ws");
        assertThat(doors.startAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(doors.behaviour().interval()).isEqualTo(Duration.ofMillis(500));
        assertThat(doors.behaviour().jitter()).isEqualTo(0.2);
        assertThat(doors.behaviour().qos()).isZero();
        assertThat(doors.behaviour().timeScale()).isEqualTo(4);
        assertThat(doors.behaviour().payload().fields()).hasSize(3);
    }

    @Test
    void allThatIsWrongIsSaidAtOnceWithLineAndColumn() {
        assertThatThrownBy(() -> read("""
                        ramp: fast
                        durration: 1m
                        sources: [localhost]
                        groups:
                          - devices: 0
                            interval: 5
                            jitter: 0.2
                            qos: 3
                            id: same
                            server: coap://host
                          - name: two words
                            fields:
                              a: {sinus: {}}
                              b: {random-walk: {start: 20, step: 1, max: 10}}
                              c: {spikes: {height: tall, every: 1m}}
                              deviceId: 7
                              d: {choice: []}
                            replay: nowhere.ndjson
                        """)).isInstanceOf(BadScenario.class).satisfies(wrong -> assertThat(
                        String.valueOf(wrong.getMessage())
                                .lines()
                                .map(line -> line.replace(folder + "/load.yaml", "load.yaml")))
                .contains(
                        "load.yaml:1:7: ramp: fast (expected " + Ramp.EXPECTED + ")",
                        "load.yaml:5:14: devices: 0 (expected a whole number, 1 to 1000000)",
                        "load.yaml:6:15: interval: 5 (expected a duration like 250ms, 15s, 2m or 1h, 10ms to 24h)",
                        "load.yaml:7:13: jitter: 0.2 (expected a part of the interval, 0% to 100%)",
                        "load.yaml:8:10: qos: 3 (expected a whole number, 0 to 2)",
                        "load.yaml:11:5: devices: is missing (expected how many)",
                        "load.yaml:14:24: b: start: 20.0 (expected from min to max)",
                        "load.yaml:15:28: height: tall (expected a number)")
                .anyMatch(line -> line.startsWith("load.yaml:2:1: durration: unknown key (did you mean \"duration\"?"))
                .anyMatch(line -> line.startsWith("load.yaml:3:10: sources: localhost (expected"))
                .anyMatch(line -> line.startsWith("load.yaml:9:9: id: same (expected"))
                .anyMatch(line -> line.startsWith("load.yaml:10:13: server: coap://host (expected"))
                .anyMatch(line -> line.startsWith("load.yaml:11:11: name: \"two words\" (expected"))
                .anyMatch(line -> line.startsWith("load.yaml:13:10: a: sinus: no generator (did you mean \"sine\"?"))
                .anyMatch(line -> line.startsWith("load.yaml:16:17: field: \"deviceId\" (expected another"))
                .anyMatch(line -> line.startsWith("load.yaml:17:19: d: choice (expected a list"))
                .anyMatch(line -> line.matches("load.yaml:18:13: replay: .*nowhere.ndjson cannot be read.*"))
                .hasSize(17));
    }

    @Test
    void whatIsNoYamlIsToldWithItsPlace() {
        assertThatThrownBy(() -> read("groups:\n  - devices: [1\n")).hasMessageContaining("load.yaml:3:1: not YAML");
        assertThatThrownBy(() -> read("")).hasMessageContaining("load.yaml: is empty");
        assertThatThrownBy(() -> read("groups: 3\n"))
                .hasMessageContaining("load.yaml:1:9: groups: 3 (expected a list)");
        assertThatThrownBy(() -> ScenarioReader.read(folder.resolve("none.yaml"), Optional.empty()))
                .hasMessageContaining("none.yaml: cannot be read (NoSuchFileException)");
    }

    @Test
    void twoGroupsCannotHaveTheSameDevices() {
        assertThatThrownBy(() -> read("groups:\n  - {devices: 3, id: a-%d}\n  - {devices: 1, id: a-%d}\n"))
                .hasMessageContaining("load.yaml:3:5: id: a-%d is that of group group-1 too");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesCanBeRun(Path example) {
        assertThat(ScenarioReader.read(example, Optional.empty()).devices()).isPositive();
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private Scenario read(String yaml) throws IOException {
        return ScenarioReader.read(Files.writeString(folder.resolve("load.yaml"), yaml), Optional.empty());
    }
}
