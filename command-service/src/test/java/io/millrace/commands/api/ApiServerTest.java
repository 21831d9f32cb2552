package io.millrace.commands.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.runtime.process.StartException;
import io.millrace.runtime.tls.CertificateFiles;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    private static final Duration PACE = Duration.ofMillis(50);
    private static SelfSigned first;
    private static SelfSigned second;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Optional<ApiServer> server = Optional.empty();

    @BeforeAll
    static void makeCertificates(@TempDir Path keys) throws Exception {
        first = SelfSigned.make(keys, "first");
        second = SelfSigned.make(keys, "second");
    }

    @AfterEach
    void stop() {
        server.ifPresent(one -> one.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join());
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private ApiServer listen(Optional<CertificateFiles> certificate, List<String> origins) {
        ApiServer one = new ApiServer(
                vertx, new ServerConfig(certificate, PACE, origins, Duration.ofMinutes(1), Duration.ofSeconds(30), 10));
        server = Optional.of(one);
        Router api = Router.router(vertx);
        api.get("/hello").handler(context -> context.response().end("hello"));
        one.listen("127.0.0.1", 0, api);
        return one;
    }

    private CertificateFiles files() {
        return new CertificateFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"), Optional.empty());
    }

    private static HttpResponse<String> get(SelfSigned trusted, int port) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusted.trusted()).build();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/hello"))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void withACertificateItSpeaksTlsAndNothingElse() throws Exception {
        first.writeTo(files().certificate(), files().key());
        int port = listen(Optional.of(files()), List.of()).port();

        HttpResponse<String> reply = get(first, port);
        assertThat(reply.body()).isEqualTo("hello");
        assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(reply.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
                                        .timeout(Duration.ofSeconds(10))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNewCertificateIsForNewConnectionsAndABrokenOneChangesNothing() throws Exception {
        first.writeTo(files().certificate(), files().key());
        int port = listen(Optional.of(files()), List.of()).port();
        assertThat(get(first, port).statusCode()).isEqualTo(200);

        Files.writeString(files().certificate(), "nonsense");
        // Its key alone is not a pair with the certificate in force.
        Files.writeString(files().key(), second.keyPem());
        await().pollDelay(PACE.multipliedBy(20)).until(() -> get(first, port).statusCode() == 200);

        second.writeTo(files().certificate(), files().key());
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> get(second, port).statusCode() == 200);
    }

    @Test
    void filesThatHoldNoCertificateAreSaidAtTheStart() throws Exception {
        Files.writeString(files().certificate(), "nonsense");
        Files.writeString(files().key(), first.keyPem());

        assertThatThrownBy(() -> listen(Optional.of(files()), List.of()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("tls.crt");
    }

    @Test
    void onlyPagesOfTheNamedOriginsMayCall() throws Exception {
        int port = listen(Optional.empty(), List.of("https://console.example")).port();

        assertThat(preflight(port, "https://console.example").headers().firstValue("Access-Control-Allow-Origin"))
                .contains("https://console.example");
        HttpResponse<String> other = preflight(port, "https://evil.example");
        assertThat(other.headers().map()).doesNotContainKey("access-control-allow-methods");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void withoutNamedOriginsNoPageElsewhereMayCall() throws Exception {
        int port = listen(Optional.empty(), List.of()).port();

        assertThat(preflight(port, "https://console.example").headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    private static HttpResponse<String> preflight(int port, String origin) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                .header("Origin", origin)
                                .header("Access-Control-Request-Method", "GET")
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
