package io.millrace.rules.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleExplanation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

@Timeout(60)
class RunningEnginesTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:00:39Z");

    @TempDir
    Path directory;

    private final List<HttpServer> servers = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    private static RuleExplanation pending() {
        return new RuleExplanation(
                "fan",
                "fan",
                "rule",
                "r1",
                "esp32-07",
                AT,
                true,
                true,
                "all",
                100,
                "pending",
                Optional.empty(),
                Optional.of(AT.minusSeconds(39)),
                Optional.empty(),
                Optional.of(AT.plusSeconds(21)),
                Optional.of(AT.plusSeconds(21)),
                Optional.of(AT.minusSeconds(9)),
                Optional.of("5/881203"),
                List.of(new RuleExplanation.Condition(
                        "expr",
                        "temperature > 30",
                        "true",
                        List.of(new RuleExplanation.Part("temperature > 30", "31.2 > 30", "true")),
                        List.of(new RuleExplanation.Value(
                                "temperature",
                                "31.2",
                                false,
                                Optional.of(AT.minusSeconds(9)),
                                Optional.of("5/881203"))),
                        Optional.empty())),
                List.of(new RuleExplanation.Hold("for 1m", 39, 60, "s")),
                new RuleExplanation.Cooldown("0s", 0),
                new RuleExplanation.Budget("6/1m", 6, false),
                Optional.of(new RuleExplanation.Target("heater", 10)),
                List.of(),
                List.of(new RuleExplanation.Transition(
                        "fan/fan", AT.minusSeconds(39), "inactive", "pending", Optional.empty(), "telemetry/5/881173")),
                Optional.empty());
    }

    /** An engine that says so, to whoever shows the token. */
    private String engine(int status, byte[] body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/explain", exchange -> {
            boolean right = "Bearer sesame".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && "device=esp32-07&rule=fan"
                            .equals(exchange.getRequestURI().getRawQuery());
            exchange.sendResponseHeaders(right ? status : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static byte[] problem(String detail) {
        return ("{\"detail\":\"" + detail + "\"}").getBytes(UTF_8);
    }

    private int explain(String... more) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "sesame\n");
        List<String> arguments = new ArrayList<>(
                List.of("explain", "fan", "--device", "esp32-07", "--ops-token-file", token.toString()));
        arguments.addAll(List.of(more));
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void theEngineThatHasTheDeviceExplains() throws IOException {
        String elsewhere = engine(404, problem("another engine has it"));
        assertThat(explain("--ops", elsewhere + "," + engine(200, Json.write(pending()))))
                .isZero();
        assertThat(out.toString().split("\n"))
                .containsExactly(
                        "fan on esp32-07 at 10:00:39: pending since 10:00:00, fires at 10:01:00 if it stays true",
                        "  temperature > 30  31.2 > 30 = true          (temperature 31.2 from 10:00:30, offset 5/881203)",
                        "  for 1m            39 s of 60 s",
                        "  selected by       all devices, rollout 100",
                        "  cooldown          none      budget 6/1m: 6 left      target heater, priority 10",
                        "  next deadline     10:01:00",
                        "  last actions      none",
                        "  last transitions  10:00:00 inactive -> pending (telemetry/5/881173)",
                        "  last error        none");
    }

    @Test
    void whatEachEngineSaidInsteadIsTold() throws IOException {
        assertThat(explain("--ops", engine(404, problem("nothing is known of device esp32-07"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nothing is known of device esp32-07");
        String nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = "http://127.0.0.1:" + closed.getLocalPort();
        }
        assertThat(explain("--ops", nobody)).isEqualTo(1);
        assertThat(err.toString()).contains("no engine explains: " + nobody);
        assertThat(explain("--ops", engine(500, "oops".getBytes(UTF_8)))).isEqualTo(1);
        assertThat(err.toString()).contains("answers 500");
    }

    @Test
    void aRunningEngineKnowsOnlyNow() throws IOException {
        assertThat(explain("--ops", "http://127.0.0.1:1", "--at", "2026-11-22T10:00:00Z"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--ops asks running engines for now");
        assertThat(explain()).isEqualTo(2);
        assertThat(err.toString()).contains("expected --rules and --from, or --ops");
    }
}
