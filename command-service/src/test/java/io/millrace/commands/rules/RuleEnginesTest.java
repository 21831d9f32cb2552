package io.millrace.commands.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RuleEnginesTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        servers.forEach(server -> server.stop(0));
        var unused = vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private URI serving(int status, byte[] body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/rules", exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private List<RuleEngines.Answer> ask(URI... engines) throws Exception {
        return new RuleEngines(vertx, List.of(engines), Optional.empty())
                .ask()
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void whoDoesNotAnswerIsNamedAndSpoilsNothing() throws Exception {
        RuleEngineStatus status = new RuleEngineStatus(
                "rules-0", "r1", Optional.empty(), Optional.empty(), true, List.of(), List.of(1, 2), List.of());
        URI nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + closed.getLocalPort());
        }
        List<RuleEngines.Answer> answers = ask(
                serving(200, Json.write(status)), nobody, serving(503, new byte[0]), serving(200, new byte[] {'{'}));

        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).status()).contains(status);
        assertThat(answers.get(1).address()).isEqualTo("127.0.0.1:" + nobody.getPort());
        assertThat(answers.get(1).problem().orElse("")).contains("refused");
        assertThat(answers.get(2).problem()).contains("answers 503");
        assertThat(answers.get(3).problem().orElse("")).startsWith("RuleEngineStatus: ");
    }

    /** Says so to whoever shows the token and asks as expected. */
    private URI explaining(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/explain", exchange -> {
            boolean right = "Bearer sesame".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && "device=esp32-01&rule=greenhouse%2Ffan"
                            .equals(exchange.getRequestURI().getRawQuery());
            byte[] bytes = (right ? body : "not as expected").getBytes(UTF_8);
            exchange.sendResponseHeaders(right ? status : 400, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void allEnginesAreAskedForADeviceAndEachAnswerIsTold() throws Exception {
        List<RuleEngines.Said> answers = new RuleEngines(
                        vertx,
                        List.of(
                                explaining(404, "{\"code\":\"not-here\",\"detail\":\"elsewhere\"}"),
                                explaining(200, "{}"),
                                explaining(500, "oops")),
                        Optional.of("sesame"))
                .explain(new DeviceId("esp32-01"), Optional.of("greenhouse/fan"))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(answers)
                .extracting(answer -> answer.status() + " " + answer.code() + " " + answer.detail())
                .containsExactly(
                        "404 not-here elsewhere", "200 answers-200 answers 200", "500 answers-500 answers 500");
        assertThat(answers.get(1).page().toString()).isEqualTo("{}");
    }

    @Test
    void noEnginesAreNoAnswers() throws Exception {
        assertThat(ask()).isEmpty();
    }
}
