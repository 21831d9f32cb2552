package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line in a process of its own: what a person types wrong gets one clear line and exit code 2. */
@Timeout(180)
class CommandLineIT {
    @TempDir
    Path dir;

    /** What a run printed and how it ended. */
    record Outcome(int exitCode, String out, String err) {}

    @Test
    void aPortInUseIsNamedWithTheOptionThatChangesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            for (String option : List.of(
                    "--mqtt-port", "--ws-port", "--gateway-http-port", "--http-port", "--ops-port", "--kafka-port")) {
                Outcome outcome = up(option, Integer.toString(taken.getLocalPort()));
                assertThat(outcome.exitCode()).as(option + outcome).isEqualTo(2);
                assertThat(outcome.err().lines())
                        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                        .contains("port " + taken.getLocalPort() + " is in use", option);
            }
        }
    }

    @Test
    void anUnreadableRulesDirectoryIsNamed() throws Exception {
        Outcome outcome = up("--rules", dir.resolve("nowhere").toString());

        assertOneLine(outcome, "--rules", "nowhere", "expected a directory of rule files");
    }

    @Test
    void aBrokenRuleIsShownWithItsPlace() throws Exception {
        Path rules = Files.createDirectories(dir.resolve("rules"));
        Files.writeString(
                rules.resolve("fan.rules.yaml"),
                "rules:\n  - rule: fan\n    exrp: temperature > 30\n    send: FAN_ON\n");
        Outcome outcome = up("--rules", rules.toString());

        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
        assertThat(outcome.err()).contains("fan.rules.yaml:3:5", "exrp", "expr").doesNotContain("\tat ");
    }

    @Test
    void aWrongNumberIsNamed() throws Exception {
        assertOneLine(up("--mqtt-port", "70000"), "port 70000", "expected 0 to 65535");
        assertOneLine(up("--simulate", "many"), "--simulate", "many");
        assertOneLine(up("--prot", "1"), "--prot");
    }

    @Test
    void aSlipOfTheFingerIsAnsweredWithTheNearestWord() throws Exception {
        assertOneLine(run("rules", "lst"), "unknown command lst, did you mean list?", "millrace rules --help");
        assertOneLine(up("--mqtt-prot", "1"), "unknown option --mqtt-prot, did you mean --mqtt-port?");
        assertOneLine(run("version", "now"), "unexpected argument now");
    }

    @Test
    void aWrongConfigurationFileIsAnsweredWithEveryProblemInIt() throws Exception {
        Path file = Files.writeString(dir.resolve("gateway.yaml"), "mqtt:\n  prot: 1883\ngateway:\n  slot: -1\n");
        Outcome outcome = run("gateway", "--config", file.toString());

        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .anySatisfy(line ->
                        assertThat(line).contains("gateway.yaml:2:9: mqtt.prot: unknown key (did you mean mqtt.port?)"))
                .anySatisfy(line -> assertThat(line).contains("gateway.yaml:4:9: gateway.slot: \"-1\" (expected"))
                .hasSize(2);
    }

    @Test
    void helpAndVersionAreEverywhere() throws Exception {
        for (String command : List.of("up", "gateway", "rule-engine", "command-service", "simulate", "rules")) {
            Outcome outcome = run(command, "--help");
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.out()).contains("Usage: millrace " + command);
        }
        assertThat(run("version").out()).startsWith("millrace ");
    }

    private static void assertOneLine(Outcome outcome, String... parts) {
        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains(parts);
    }

    private Outcome up(String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("up", "--data", dir.resolve("data").toString()));
        List<String> free = new ArrayList<>(List.of(
                "--mqtt-port", "--ws-port", "--gateway-http-port", "--http-port", "--ops-port", "--kafka-port"));
        free.removeAll(List.of(options));
        free.forEach(option -> arguments.addAll(List.of(option, "0")));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Millrace.class.getName()));
        line.addAll(List.of(arguments));
        Path out = Files.createTempFile(dir, "out", ".txt");
        Path err = Files.createTempFile(dir, "err", ".txt");
        Process process = new ProcessBuilder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(() -> "still running: " + line)
                .isTrue();
        return new Outcome(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }
}
