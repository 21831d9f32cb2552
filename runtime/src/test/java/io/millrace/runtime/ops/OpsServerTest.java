package io.millrace.runtime.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {
    private final Health health = new Health();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private OpsServer server;

    @BeforeEach
    void start() throws IOException {
        server = new OpsServer("127.0.0.1", 0, Optional.empty(), health, registry);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void readinessNamesEachPartThatIsNotReady() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(200);

        health.readiness("kafka").down("does not answer");
        assertThat(get("/ready")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("kafka: does not answer\n");
        });
        assertThat(get("/live").statusCode()).isEqualTo(200);

        health.readiness("kafka").up();
        assertThat(get("/ready").body()).isEqualTo("ok\n");
    }

    @Test
    void requestsThatNeverEndDoNotKeepItFromAnswering() throws Exception {
        try (Socket one = new Socket("127.0.0.1", server.port());
                Socket other = new Socket("127.0.0.1", server.port())) {
            one.getOutputStream().write('G');
            other.getOutputStream().write('G');
            assertThat(get("/live").statusCode()).isEqualTo(200);
            assertThat(one.getInputStream().read()).isNegative();
            assertThat(other.getInputStream().read()).isNegative();
        }
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws Exception {
        registry.counter("telemetry.received").increment(3);

        assertThat(get("/metrics").body())
                .contains("# TYPE telemetry_received_total counter", "telemetry_received_total 3.0");
    }

    @Test
    void anythingElseIsNotFound() throws Exception {
        assertThat(get("/live/x").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void aTakenPortIsNamedTogetherWithItsSetting() {
        var config = new ServiceProcess.OpsConfig("127.0.0.1", server.port(), Optional.empty());
        assertThatThrownBy(() -> new ServiceProcess(config))
                .isInstanceOf(StartException.class)
                .hasMessage("port " + server.port() + " is in use (choose another with ops.port)");
    }

    @Test
    void whatChangesTheProcessIsForThisHostAndNoWebPage() throws Exception {
        AtomicInteger drained = new AtomicInteger();
        server.post("/drain", exchange -> {
            drained.incrementAndGet();
            OpsServer.send(exchange, 202, "text/plain", "draining\n");
        });
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/drain");
        var request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody());
        assertThat(get("/drain").statusCode()).isEqualTo(405);
        assertThat(send(request.copy().header("Origin", "https://example.com"))).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(answer.body()).contains("\"code\":\"not-from-here\"");
        });
        assertThat(drained).hasValue(0);
        assertThat(send(request).statusCode()).isEqualTo(202);
        assertThat(drained).hasValue(1);
    }

    @Test
    void whereThereIsATokenItAloneOpensForThisHostToo() throws Exception {
        AtomicInteger drained = new AtomicInteger();
        try (OpsServer guarded = new OpsServer("127.0.0.1", 0, Optional.of("the-token-of-ops"), health, registry)) {
            guarded.post("/drain", exchange -> {
                drained.incrementAndGet();
                OpsServer.send(exchange, 202, "text/plain", "draining\n");
            });
            guarded.start();
            URI uri = URI.create("http://127.0.0.1:" + guarded.port() + "/drain");
            var request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody());
            assertThat(send(request.copy())).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
                assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
            });
            assertThat(send(request.copy().header("Authorization", "Bearer the-token-of-op"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(drained).hasValue(0);
            assertThat(send(request.copy().header("Authorization", "Bearer the-token-of-ops"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(drained).hasValue(1);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
