package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.Fleet.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every HTTP server is expected to know, tried from outside; whatever is refused is a problem+json. */
@Timeout(60)
class HttpMannersIT {
    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1" + path))
                .header("Authorization", "Bearer " + fleet.key());
    }

    /** As Java's own client does by default; of 3,000 large answers on upgraded connections 145 were broken. */
    @Test
    void aClientThatOffersToUpgradeIsAnsweredByHttp1() throws Exception {
        HttpRequest large = request("/openapi.yaml").build();
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .build()
                    .send(large, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).hasSizeGreaterThan(65_535).endsWith("\n");
        }
    }

    @Test
    void optionsTellsTheMethods() {
        Reply options = fleet.send(
                request("/devices").method("OPTIONS", BodyPublishers.noBody()).build());

        assertThat(options.status()).isEqualTo(204);
        assertThat(options.http().headers().firstValue("Allow")).contains("GET, OPTIONS, POST");
        assertThat(options.http().headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/xml                            |          | Content-Type: text/xml (expected application/json",
                "application/json; charset=utf-16    |          | in UTF-8",
                "application/json                    | gzip     | Content-Encoding: gzip (expected none)",
            })
    void aBodyOfAnotherTypeCharsetOrCodingIsRefused(String type, String coding, String detail) {
        HttpRequest.Builder request =
                request("/devices").header("Content-Type", type).POST(BodyPublishers.ofString("{\"id\":\"x\"}"));
        if (coding != null) {
            request.header("Content-Encoding", coding);
        }
        Reply refused = fleet.send(request.build());

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.json().path("code").asText()).isEqualTo("unsupported-media-type");
        assertThat(refused.json().path("detail").asText()).contains(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a\",~ \"type\": x}  | line 2, column 10",
                "{\"id\":\"a\"} trailing       | line 1, column 1",
                "{\"id\":\"a\",\"id\":\"b\"}   | Duplicate field 'id'",
                "{\"id\":\"a\",\"labels\":{\"l\":\"1\",\"l\":\"2\"}} | Duplicate field 'l'",
            })
    void jsonThatCanBeMisunderstoodIsRefusedWithItsPlace(String body, String detail) {
        Reply refused = fleet.call("POST", "/devices", body.replace('~', '\n'));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("code").asText()).isEqualTo("invalid-json");
        assertThat(refused.json().path("detail").asText()).contains(detail);
    }

    @Test
    void jsonWithoutABottomIsRefused() {
        String deep = "{\"id\":\"deep\",\"config\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_001);
        Reply refused = fleet.call("POST", "/devices", deep);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("code").asText()).isEqualTo("invalid-json");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/v1/devices/%zz HTTP/1.1, 400, bad-request",
        "GET /api/v1/devices?q=LONG HTTP/1.1, 414, uri-too-long",
        "GET /api/v1/devices HTTP/1.1~X: LONG, 431, headers-too-large",
        "nonsense, 400, bad-request",
    })
    void whatIsNoRequestGetsAProblemToo(String head, int status, String code) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", fleet.service().httpPort())) {
            socket.setSoTimeout(20_000);
            String text = head.replace("~", "\r\n").replace("LONG", "x".repeat(10_000));
            socket.getOutputStream().write((text + "\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answer.lines().findFirst().orElse("")).contains(" " + status + " ");
            assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                    .contains("content-type: application/problem+json", "x-content-type-options: nosniff");
            assertThat(answer).contains("\"code\":\"" + code + "\"");
        }
    }
}
