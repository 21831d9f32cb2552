package io.millrace.simulator;

import static io.millrace.simulator.Cloud.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line, from its words to its exit code. */
class SimulateCommandTest {
    private final Cloud cloud = new Cloud();
    private final String url = "mqtt://127.0.0.1:" + cloud.port();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    @Test
    void runsForItsTimeAndPrintsAReportThatAddsUp() {
        int exit = simulate("--url", url, "--devices", "5", "--interval", "50ms", "--duration", "1s");

        assertThat(exit).isZero();
        assertThat(out.toString())
                .contains("5 simulated devices", "5 tried = 5 accepted + 0 failed + 0 under way")
                .contains("5 accepted = 0 open + 0 lost + 5 closed by the simulator")
                .containsPattern("PUBACK +p50 [0-9.]+ ms, p90");
        assertThat(cloud.telemetryOf("esp32-sim-00005")).isNotEmpty();
    }

    @Test
    void jsonReportIsJson() {
        int exit = simulate(
                "--url", url, "--devices", "2", "--interval", "50ms", "--duration", "500ms", "--output", "json");

        assertThat(exit).isZero();
        JsonObject report = new JsonObject(out.toString());
        assertThat(report.getInteger("devices")).isEqualTo(2);
        assertThat(report.getJsonObject("connects").getInteger("accepted")).isEqualTo(2);
        assertThat(report.getJsonObject("publishes")
                        .getJsonObject("acknowledgement")
                        .getDouble("p99"))
                .isPositive();
    }

    @Test
    void refusedDeviceMakesTheRunFail() throws IOException {
        cloud.secret = Optional.of("right");
        Path file = Files.writeString(folder.resolve("fleet"), "# two boards\naa:bb:cc:right\nesp32-2:wrong\n");

        assertThat(simulate("--url", url, "--credentials", file.toString(), "--duration", "300ms"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("1 refused: bad user name or password");
        assertThat(cloud.endpoint("aa:bb:cc").isConnected()).isFalse();
    }

    @Test
    void absentServerEndsTheRunAtOnce() {
        cloud.close();
        assertThat(simulate("--url", url, "--devices", "1")).isEqualTo(1);
        assertThat(err.toString()).contains("No device could connect");
        assertThat(out.toString()).contains("1 no TCP connection");
    }

    @Test
    void wrongWordsAreExplainedWithTheExpectedOnes() throws IOException {
        Path file = Files.writeString(folder.resolve("fleet"), "esp32-1:secret\nesp32-2\nbad id:hidden\n");

        assertWrong(
                "--url: coap://host:1 (expected SCHEME://HOST:PORT with one of mqtt, mqtts", "--url", "coap://host:1");
        assertWrong("expected a duration like 250ms", "--interval", "PT1S");
        assertWrong("interval: PT0.001S (expected 10 ms to 1 day)", "--interval", "1ms");
        assertWrong("qos: 3 (expected 0, 1 or 2)", "--qos", "3");
        assertWrong("gives all devices one id", "--id-pattern", "esp32");
        assertWrong("expected one %d", "--id-pattern", "esp32-%q");
        assertWrong("--devices: 0 (expected at least 1)", "--devices", "0");
        assertWrong("--api-key needs --api", "--api-key", "k");
        assertWrong("fleet:2: (expected id:secret)", "--credentials", file.toString());
        assertWrong("fleet:3: device id: \"bad id\"", "--credentials", file.toString());
        assertThat(err.toString()).doesNotContain("hidden");
    }

    @Test
    void devicesAreRegisteredThroughTheApiAndThoseOfAnEarlierRunGetANewSecret() {
        cloud.secret = Optional.of("none");
        List<String> calls = new CopyOnWriteArrayList<>();
        HttpServer api = api(calls, "simulated");

        int exit = simulate("--url", url, "--devices", "2", "--duration", "300ms", "--api", at(api), "--api-key", "k");

        assertThat(exit).as(err.toString()).isZero();
        assertThat(calls)
                .containsExactly(
                        "GET /api/v1/devices/export?type=simulated ",
                        "POST /api/v1/devices/import?onConflict=fail esp32-sim-00001",
                        "POST /api/v1/devices/import?onConflict=update esp32-sim-00002");
    }

    @Test
    void realBoardIsNotLockedOutByANewSecret() {
        List<String> calls = new CopyOnWriteArrayList<>();
        HttpServer api = api(calls, "pump");

        int exit = simulate("--url", url, "--devices", "2", "--api", at(api), "--api-key", "k");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("device esp32-sim-00002 could not be registered: it is there already (expected a new device");
        assertThat(calls).noneMatch(call -> call.contains("update"));
    }

    /** Knows esp32-sim-00002 already. */
    private HttpServer api(List<String> calls, String typeOfThePresentDevice) {
        boolean simulated = typeOfThePresentDevice.equals("simulated");
        return await(cloud.vertx
                .createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    List<JsonObject> lines =
                            body.toString().lines().map(JsonObject::new).toList();
                    List<String> ids =
                            lines.stream().map(line -> line.getString("id")).toList();
                    calls.add(request.method() + " " + request.uri() + " " + String.join(",", ids));
                    lines.forEach(line -> cloud.secrets.put(line.getString("id"), line.getString("secret")));
                    if (!"Bearer k".equals(request.getHeader("Authorization"))) {
                        answer(request, 401, "{}");
                    } else if (request.path().endsWith("/export")) {
                        answer(request, 200, simulated ? "{\"id\":\"esp32-sim-00002\"}\n" : "");
                    } else if (ids.contains("esp32-sim-00002") && request.uri().endsWith("fail")) {
                        answer(
                                request,
                                200,
                                "{\"line\":2,\"error\":{\"detail\":\"it is there already\"}}\n{\"summary\":{}}\n");
                    } else {
                        answer(request, 200, "{\"summary\":{\"lines\":1}}\n");
                    }
                }))
                .listen(0, "127.0.0.1"));
    }

    private static void answer(HttpServerRequest request, int status, String body) {
        request.response().setStatusCode(status).end(body).onFailure(gone -> {});
    }

    private static String at(HttpServer api) {
        return "http://127.0.0.1:" + api.actualPort();
    }

    private void assertWrong(String message, String... arguments) {
        assertThat(simulate(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(cloud.connects).isEmpty();
    }

    private int simulate(String... arguments) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
