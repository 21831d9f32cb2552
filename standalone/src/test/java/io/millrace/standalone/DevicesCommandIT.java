package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code millrace devices …} and {@code millrace send …}, as a person types them beside a running {@code up}. */
@Timeout(120)
class DevicesCommandIT {
    @TempDir
    static Path dir;

    private static Standalone millrace;

    @BeforeAll
    static void start() {
        millrace = new Standalone(Up.in(dir).build());
        millrace.start();
    }

    @AfterAll
    static void stop() {
        millrace.close();
    }

    /** What a command printed and how it ended. */
    record Outcome(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data=" + dir);
        return runBare(all.toArray(String[]::new));
    }

    private static Outcome runBare(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Millrace.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = line.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private static Outcome good(String... arguments) {
        Outcome outcome = run(arguments);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return outcome;
    }

    @Test
    void aDeviceIsAddedFoundChangedAndRemoved() {
        String line = good(
                        "devices", "add", "cli-1", "--type", "pump", "--label", "site=berlin", "--attribute", "max=8")
                .lines()
                .get(0);
        String secret = line.substring("cli-1  ".length());
        assertThat(secret).hasSizeGreaterThan(20);

        assertThat(good("devices", "list", "CLI-", "--label", "site:berlin", "--disconnected")
                        .out())
                .contains("cli-1", "pump", "site:berlin");
        assertThat(good("devices", "list", "cli-1", "--connected").out()).doesNotContain("cli-1");
        assertThat(json(good("devices", "list", "cli-1", "--output", "json")
                                .lines()
                                .get(0))
                        .at("/attributes/max")
                        .asInt())
                .isEqualTo(8);
        assertThat(good("devices", "config", "cli-1", "{\"interval\":5}").out()).contains("\"interval\" : 5");
        assertThat(good("devices", "get", "cli-1").out()).contains("labels.site", "presence.connected");
        assertThat(good("devices", "diagnose", "cli-1").out()).contains("cli-1 is not connected");
        assertThat(good("devices", "rotate", "cli-1").out())
                .startsWith("cli-1  ")
                .doesNotContain(secret);
        good("devices", "disable", "cli-1");
        assertThat(good("devices", "list", "cli-1").out()).contains("cli-1 (disabled)");
        good("devices", "enable", "cli-1");
        assertThat(good("devices", "delete", "cli-1").out()).contains("deleted");

        Outcome gone = run("devices", "get", "cli-1");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err().strip()).isEqualTo("millrace: no device \"cli-1\"");
    }

    @Test
    void aFileIsImportedWithItsBadLinesToldAndExportedAgain() throws IOException {
        Path file = Files.writeString(dir.resolve("boards.ndjson"), """
                {"id":"board-1","labels":{"line":"a"}}
                {"id":"board 2"}
                {"id":"board-3","labels":{"line":"a"},"secret":"of my own making"}
                """);
        Outcome imported = run("devices", "import", file.toString());
        assertThat(imported.exitCode()).isEqualTo(1);
        assertThat(imported.lines()).singleElement().asString().startsWith("board-1  ");
        assertThat(imported.err()).contains("boards.ndjson:2: id: \"board 2\"").contains("2 created", "1 failed");

        List<String> exported = good("devices", "export", "--label", "line:a").lines();
        assertThat(exported).hasSize(2);
        Path again = Files.write(dir.resolve("again.ndjson"), exported);
        Outcome second = good("devices", "import", again.toString(), "--on-conflict", "update");
        assertThat(second.err()).contains("2 unchanged");
        assertThat(run("devices", "import", dir.resolve("nowhere").toString()).exitCode())
                .isEqualTo(2);
    }

    @Test
    void aCommandIsFollowedToItsDevice() {
        String secret = good("devices", "add", "obedient").lines().get(0).substring("obedient  ".length());
        try (TestDevice device = TestDevice.of(5, millrace.mqttPort(), "obedient", secret)) {
            device.connect();
            device.subscribe();
            Outcome sent = good("send", "obedient", "LED_ON", "--wait", "--timeout", "30");
            assertThat(device.nextCommand(30_000)).contains("LED_ON");
            assertThat(sent.out()).contains("queued", "sent", "delivered", "gateway 0");
        }
        JsonNode kept = json(good("send", "obedient", "{\"fan\":1}", "--expires", "1s", "--output", "json")
                .out());
        assertThat(kept.get("status").asText()).isEqualTo("queued");
        Outcome expired = run("send", "obedient", "LED_OFF", "--expires", "1s", "--wait=result");
        assertThat(expired.exitCode()).as(expired.toString()).isEqualTo(1);
        assertThat(expired.out()).contains("expired");

        Outcome nobody = run("send", "nobody-knows-it", "X");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).contains("no device \"nobody-knows-it\"");
        assertThat(run("send", "obedient", "X", "--expires", "soon").err()).contains("expiresIn", "soon");
    }

    @Test
    void theRegistrysTopicsAreWrittenAnew() {
        good("devices", "add", "republished");
        assertThat(good("devices", "republish").lines().stream()
                        .reduce((a, b) -> b)
                        .orElseThrow())
                .contains("done");
    }

    @Test
    void whatIsWrongIsToldInALine() throws IOException {
        Outcome noKey =
                runBare("devices", "list", "--data", dir.resolve("elsewhere").toString());
        assertThat(noKey.exitCode()).isEqualTo(2);
        assertThat(noKey.err()).contains("no API key (expected --api-key-file");
        Outcome nobody = runBare("devices", "list", "--url", "http://127.0.0.1:1", "--api-key", "k");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).contains("nobody answers at http://127.0.0.1:1");
        Outcome wrongKey = run("devices", "list", "--api-key", "mr_x");
        assertThat(wrongKey.exitCode()).isEqualTo(2);
        assertThat(wrongKey.err()).contains("does not know this API key");
        assertThat(run("devices", "list", "--url", "nonsense", "--api-key", "k").exitCode())
                .isEqualTo(2);
        assertThat(runBare("devices").exitCode()).isEqualTo(2);
    }

    @Test
    void theKeyOfTheCommandLineIsForThisUserAlone() throws IOException {
        Path file = dir.resolve("command-line.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(LocalAccess.in(dir).orElseThrow().url()).isEqualTo("http://127.0.0.1:" + millrace.httpPort());
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(UTF_8), JsonNode.class);
    }
}
