package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console's files, and sessions of browsers. */
@Timeout(60)
class ConsoleIT {
    private static final int FIRST_LOAD = 300_000;
    private static final Pattern ASSETS = Pattern.compile("/assets/[0-9a-f]{12}");
    private static final Pattern IMPORT = Pattern.compile("(?:from |import |import\\()\"(\\.[^\"]+)\"");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        assertThat(fleet.call(
                                "POST",
                                "/users",
                                "{\"username\":\"ada\",\"password\":\"engine no 1\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void everyAddressOfTheConsoleGivesThePageWhichNothingMayBreakInto() {
        for (String path : new String[] {"/", "/devices", "/devices/esp32-01", "/no/such/page"}) {
            HttpResponse<String> page = get(path, "Accept", "text/html,*/*");
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .doesNotContain("unsafe", "http:", "https:");
            assertThat(page.body())
                    .doesNotContain("{{", "<style", " style=", "onclick")
                    .contains("type=\"module\" src=");
            assertThat(page.body().replaceAll("<script type=\"module\" src=\"[^\"]+\"></script>", ""))
                    .doesNotContain("<script");
        }
    }

    @Test
    void programsThatAskForNothingKnownAreToldSo() {
        assertThat(get("/devices", "Accept", "application/json").statusCode()).isEqualTo(404);
        assertThat(get("/api/v2/devices", "Accept", "text/html").statusCode()).isEqualTo(404);
        assertThat(get("/assets/000000000000/js/main.js", "Accept", "*/*").statusCode())
                .isEqualTo(404);
        assertThat(get(assets() + "/js/../../../../openapi.yaml", "Accept", "*/*")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get(assets() + "/%2e%2e/application.conf", "Accept", "*/*").statusCode())
                .isEqualTo(404);
    }

    @Test
    void filesAreKeptForEverAndCompressedAndAllThatTheyImportIsThere() throws IOException {
        Set<String> seen = new HashSet<>();
        int bytes = gzipped("/").body().length + follow(assets() + "/js/main.js", seen);
        for (String style : new String[] {"base", "parts"}) {
            bytes += gzipped(assets() + "/css/" + style + ".css").body().length;
        }
        assertThat(seen).hasSizeGreaterThan(10);
        assertThat(bytes).as("of all there is, while a first page needs less").isLessThan(FIRST_LOAD);
    }

    /** With all that it imports, on whatever page. */
    private static int follow(String path, Set<String> seen) throws IOException {
        if (!seen.add(path)) {
            return 0;
        }
        HttpResponse<byte[]> file = gzipped(path);
        assertThat(file.statusCode()).as(path).isEqualTo(200);
        assertThat(file.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
        assertThat(file.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        int bytes = file.body().length;
        String text = new String(new GZIPInputStream(new ByteArrayInputStream(file.body())).readAllBytes(), UTF_8);
        Matcher imports = IMPORT.matcher(text);
        while (imports.find()) {
            bytes += follow(URI.create(path).resolve(imports.group(1)).toString(), seen);
        }
        return bytes;
    }

    @Test
    void headIsAnsweredAsGetWithoutTheBody() throws IOException, InterruptedException {
        HttpResponse<String> head =
                CLIENT.send(request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow())
                .isPositive();
    }

    @Test
    void aSessionIsRefreshedByACookieThatIsGoodOnce() {
        HttpResponse<String> opened = session("POST", "", "", "{\"username\":\"ada\",\"password\":\"engine no 1\"}");
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.body()).contains("\"token\"").doesNotContain("mrr_", "refresh");
        String first = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(first)
                .startsWith("millrace-session=mrr_")
                .contains("Path=/api/v1/session", "HTTPOnly", "SameSite=Strict", "Max-Age=604800");

        HttpResponse<String> refreshed = session("POST", "/refresh", value(first), "");
        assertThat(refreshed.statusCode()).isEqualTo(200);
        String second = refreshed.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(value(second)).isNotEqualTo(value(first));

        assertThat(session("DELETE", "", value(second), "")
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow())
                .startsWith("millrace-session=;")
                .contains("Max-Age=0");
        assertThat(session("POST", "/refresh", value(second), "").statusCode()).isEqualTo(204);
    }

    @Test
    void aCookieThatComesTwiceEndsTheSession() {
        String first = value(session("POST", "", "", "{\"username\":\"ada\",\"password\":\"engine no 1\"}")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow());
        String second = value(session("POST", "/refresh", first, "")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow());
        assertThat(session("POST", "/refresh", first, "").statusCode()).isEqualTo(204);
        assertThat(session("POST", "/refresh", second, "").statusCode()).isEqualTo(204);
    }

    @Test
    void withoutACookieThereIsNothingToTell() {
        assertThat(session("POST", "/refresh", "", "").statusCode()).isEqualTo(204);
        assertThat(session("DELETE", "", "", "").statusCode()).isEqualTo(204);
        assertThat(session("POST", "", "", "{\"username\":\"ada\",\"password\":\"wrong\"}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void pagesOfOtherOriginsGetNoSession() {
        for (String site : new String[] {"cross-site", "same-site"}) {
            HttpRequest refresh = request("/api/v1/session/refresh")
                    .header("Sec-Fetch-Site", site)
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(send(refresh).statusCode()).as(site).isEqualTo(403);
        }
    }

    private static String value(String cookie) {
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static HttpResponse<String> session(String method, String below, String cookie, String body) {
        HttpRequest.Builder request = request("/api/v1/session" + below)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Sec-Fetch-Site", "same-origin");
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return send(request.build());
    }

    private static String assets() {
        Matcher found = ASSETS.matcher(get("/", "Accept", "text/html").body());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private static HttpResponse<String> get(String path, String header, String value) {
        return send(request(path).header(header, value).build());
    }

    private static HttpResponse<byte[]> gzipped(String path) throws IOException {
        try {
            return CLIENT.send(request(path).header("Accept-Encoding", "gzip").build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + fleet.service().httpPort() + path));
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
