package io.millrace.commands.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
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
        return new RuleEngines(vertx, List.of(engines))
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

    @Test
    void noEnginesAreNoAnswers() throws Exception {
        assertThat(ask()).isEmpty();
    }
}
