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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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

    @Test
    void aPrivatePageMayComeLaterAndNeedsTheTokenIfThereIsOne() throws Exception {
        CompletableFuture<OpsServer.Page> page = new CompletableFuture<>();
        server.getPrivate(
                "/explain",
                asked -> asked.getQuery().equals("now")
                        ? page
                        : CompletableFuture.failedFuture(new IllegalStateException("no \"answer\"")));
        var early = client.sendAsync(request("/explain?now", null), HttpResponse.BodyHandlers.ofString());
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(early).isNotDone();
        page.complete(new OpsServer.Page(200, "text/plain", "because"));
        assertThat(early.get(30, TimeUnit.SECONDS).body()).isEqualTo("because");
        assertThat(get("/explain?else").statusCode()).isEqualTo(500);
        assertThat(get("/explain?else").body()).contains("no \\\"answer\\\"");
        assertThat(get("/explain/more?now").statusCode()).isEqualTo(404);

        try (OpsServer guarded = new OpsServer("127.0.0.1", 0, Optional.of("0123456789abcdef"), health, registry)) {
            guarded.getPrivate("/explain", asked -> page);
            guarded.start();
            URI address = URI.create("http://127.0.0.1:" + guarded.port() + "/explain?now");
            var refused = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(401);
            var shown = HttpRequest.newBuilder(address).header("Authorization", "Bearer 0123456789abcdef");
            assertThat(client.send(shown.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            var posted = HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.noBody());
            assertThat(client.send(posted.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void aWebPageInABrowserOfThisHostIsNotShownAPrivatePage() throws Exception {
        server.getPrivate(
                "/explain", asked -> CompletableFuture.completedFuture(new OpsServer.Page(200, "text/plain", "")));
        assertThat(client.send(request("/explain", "https://evil.example"), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(403);
    }

    private HttpRequest request(String path, @Nullable String origin) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return origin == null
                ? request.build()
                : request.header("Origin", origin).build();
    }
}
