package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From POST to the record and the answer. */
@Timeout(60)
class DeviceHttpIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int MAX_BODY = 4096;

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    /** Lets anonymous devices in. */
    private static GatewayRig.Running open;

    private static Tail telemetry;
    private static Tail rejected;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0, "http.max-body", Integer.toString(MAX_BODY));
        open = rig.start(1, "security.allow-anonymous", "true");
        telemetry = rig.tail(rig.topics.telemetry());
        rejected = rig.tail(rig.topics.telemetryRejected());
    }

    @AfterAll
    static void stop() {
        telemetry.close();
        rejected.close();
        rig.close();
    }

    private static HttpRequest.Builder at(GatewayRig.Running running, String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + running.gateway().httpPort() + path));
    }

    private static HttpRequest.Builder at(String path) {
        return at(gateway, path);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private static HttpRequest.Builder as(String device, HttpRequest.Builder request) {
        return request.header("Authorization", basic(device, "pw-" + device));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(HttpRequest.Builder request, String body)
            throws IOException, InterruptedException {
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        JsonNode problem = Json.read(response.body().getBytes(UTF_8), JsonNode.class);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem;
    }

    private static void accepted(HttpResponse<String> response, int count) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body()).isEqualTo("{\"accepted\":" + count + "}");
    }

    /** Accepted means that it stands in the topic already: this does not wait. */
    private static List<String> stored(String device) {
        return telemetry.allNow(device).stream().map(Tail::value).toList();
    }

    private static ConsumerRecord<byte[], byte[]> kept(String device) {
        return rejected.await(record -> device.equals(Tail.key(record)));
    }

    @Test
    void aReadingIsInKafkaWithItsBytesBeforeItIsAccepted() throws Exception {
        rig.register("h-one");
        String body = " { \"temperature\" : 31.50, \"note\":\"\\u00e9 ü\" } ";
        long before = System.currentTimeMillis();
        accepted(post(as("h-one", at("/devices/h-one/telemetry")), body), 1);
        long after = System.currentTimeMillis();
        List<ConsumerRecord<byte[], byte[]>> records = telemetry.allNow("h-one");
        assertThat(records).hasSize(1);
        assertThat(records.get(0).value()).isEqualTo(body.getBytes(UTF_8));
        assertThat(records.get(0).timestamp()).isBetween(before, after);
        assertThat(records.get(0).headers().toArray()).isEmpty();
    }

    @Test
    void anArrayBecomesARecordForEachObjectAndAChannelIsAHeader() throws Exception {
        rig.register("h-array");
        accepted(post(as("h-array", at("/devices/h-array/telemetry/env/air")), "[{\"n\":1.0}, { \"n\": 2 }]"), 2);
        assertThat(stored("h-array")).containsExactly("{\"n\":1.0}", "{ \"n\": 2 }");
        assertThat(telemetry.allNow("h-array")).allMatch(record -> Headers.text(record.headers(), Headers.CHANNEL)
                .equals(Optional.of("env/air")));
    }

    @ParameterizedTest
    @CsvSource({"h-lines,application/x-ndjson", "h-found,application/json"})
    void linesBecomeARecordEachDeclaredOrNot(String device, String type) throws Exception {
        rig.register(device);
        var request = as(device, at("/devices/" + device + "/telemetry")).header("Content-Type", type);
        accepted(post(request, "{\"n\":1}\r\n\n{ \"n\": 2}\n{\"n\":3}"), 3);
        assertThat(stored(device)).containsExactly("{\"n\":1}", "{ \"n\": 2}", "{\"n\":3}");
    }

    @Test
    void aBrokenLineRejectsAllOfThemAndIsNamed() throws Exception {
        rig.register("h-broken");
        var request = as("h-broken", at("/devices/h-broken/telemetry")).header("Content-Type", "application/x-ndjson");
        JsonNode problem = problem(post(request, "{\"n\":1}\n{\"n\":,}\n"), 400, "not-json");
        assertThat(problem.path("detail").asText()).contains("byte 13").contains("line 2");
        assertThat(stored("h-broken")).isEmpty();
        ConsumerRecord<byte[], byte[]> kept = kept("h-broken");
        assertThat(Tail.value(kept)).isEqualTo("{\"n\":1}\n{\"n\":,}\n");
        assertThat(Headers.text(kept.headers(), Headers.TOPIC)).contains("/devices/h-broken/telemetry");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"h-text|hello|not-json", "h-number|7|not-object", "h-empty|''|not-json"})
    void whatIsNoReadingIsRejectedAndKept(String device, String body, String code) throws Exception {
        rig.register(device);
        problem(post(as(device, at("/devices/" + device + "/telemetry")), body), 400, code);
        assertThat(Tail.value(kept(device))).isEqualTo(body);
    }

    @Test
    void aBodyThatIsTooLargeIsCutOffKeptAndAnswered() throws Exception {
        rig.register("h-large");
        String body = "{\"fill\":\"" + "x".repeat(3 * MAX_BODY) + "\"}";
        problem(post(as("h-large", at("/devices/h-large/telemetry")), body), 413, "too-large");
        assertThat(kept("h-large").value()).hasSize(MAX_BODY);
        accepted(post(as("h-large", at("/devices/h-large/telemetry")), "{}"), 1);
    }

    @Test
    void aWrongSecretAndAnUnknownDeviceGetTheSameAnswer() throws Exception {
        rig.register("h-secret");
        var wrong = post(at("/devices/h-secret/telemetry").header("Authorization", basic("h-secret", "no")), "{}");
        var unknown = post(at("/devices/h-nobody/telemetry").header("Authorization", basic("h-nobody", "no")), "{}");
        problem(wrong, 401, "unauthorized");
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).isEqualTo(wrong.body());
        assertThat(wrong.headers().firstValue("www-authenticate").orElseThrow()).startsWith("Basic ");
        problem(post(at("/devices/h-secret/telemetry"), "{}"), 401, "unauthorized");
        assertThat(stored("h-secret")).isEmpty();
    }

    @Test
    void anotherDevicesPathIsForbidden() throws Exception {
        rig.register("h-mine", "h-other");
        problem(post(as("h-mine", at("/devices/h-other/telemetry")), "{}"), 403, "foreign-device");
        problem(send(as("h-mine", at("/devices/h-other/config"))), 403, "foreign-device");
        problem(post(as("h-mine", at("/api/data")), "{\"deviceId\":\"h-other\"}"), 403, "foreign-device");
        assertThat(stored("h-other")).isEmpty();
    }

    @Test
    void aDisabledDeviceIsForbidden() throws Exception {
        rig.put("h-disabled", false, Optional.empty(), "pw-h-disabled");
        await().untilAsserted(() ->
                problem(post(as("h-disabled", at("/devices/h-disabled/telemetry")), "{}"), 403, "not-authorized"));
    }

    @Test
    void aMacAddressIsADeviceIdLikeAnyOther() throws Exception {
        rig.register("AA:BB:CC");
        accepted(post(as("AA:BB:CC", at("/devices/AA:BB:CC/telemetry")), "{}"), 1);
    }

    @Test
    void theSeedFirmwarePostsWithoutCredentialsWhereThatIsAllowed() throws Exception {
        String body = "{\"sensor\":\"temp\",\"value\":25.5,\"deviceId\":\"h-seed\"}";
        accepted(post(at(open, "/api/data"), body), 1);
        assertThat(stored("h-seed")).containsExactly(body);
        problem(post(at("/api/data"), body), 401, "unauthorized");
        problem(post(at(open, "/api/data"), "{\"value\":1}"), 400, "device-id-missing");
        problem(post(at(open, "/api/data"), "{\"deviceId\":\"a b\"}"), 400, "invalid-device-id");
        problem(post(at(open, "/api/data"), "{\"deviceId\""), 400, "not-json");
    }

    @Test
    void whoHasASecretMustShowItAlsoWhereOthersNeedNot() throws Exception {
        rig.register("h-has-secret");
        problem(post(at(open, "/api/data"), "{\"deviceId\":\"h-has-secret\"}"), 401, "unauthorized");
        problem(post(at(open, "/devices/h-has-secret/telemetry"), "{\"t\":1}"), 401, "unauthorized");
    }

    @Test
    void apiDataWithCredentialsTakesWhatNamesTheSameDevice() throws Exception {
        rig.register("h-data");
        accepted(post(as("h-data", at("/api/data")), "[{\"deviceId\":\"h-data\"},{\"deviceId\":\"h-data\"}]"), 2);
        problem(post(as("h-data", at("/api/data")), "{]"), 400, "not-json");
        assertThat(Tail.value(kept("h-data"))).isEqualTo("{]");
    }

    @Test
    void theDesiredConfigurationIsReadByItsDevice() throws Exception {
        rig.register("h-config");
        assertThat(send(as("h-config", at("/devices/h-config/config"))).statusCode())
                .isEqualTo(204);
        rig.put("h-config", true, Optional.of("{\"interval\":15}"), "pw-h-config");
        await().untilAsserted(() -> {
            var response = send(as("h-config", at("/devices/h-config/config")));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"interval\":15}");
            String tag = response.headers().firstValue("etag").orElseThrow();
            var again = send(as("h-config", at("/devices/h-config/config")).header("If-None-Match", tag));
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.headers().firstValue("etag")).contains(tag);
        });
    }

    @Test
    void aResponseBecomesACommandEvent() throws Exception {
        rig.register("h-answer");
        try (Tail events = rig.tail(rig.topics.commandEvents())) {
            String body = "{\"commandId\":\"c1\",\"status\":\"succeeded\"}";
            accepted(post(as("h-answer", at("/devices/h-answer/responses")), body), 1);
            var event = (CommandEvent.Responded) Json.read(
                    events.await(record -> "h-answer".equals(Tail.key(record))).value(), CommandEvent.class);
            assertThat(event.commandId()).contains("c1");
            assertThat(event.status()).isEqualTo(CommandStatus.SUCCEEDED);
            problem(post(as("h-answer", at("/devices/h-answer/responses")), "{}"), 400, "invalid-response");
        }
    }

    @Test
    void whatIsNotThereSaysSo() throws Exception {
        rig.register("h-paths");
        problem(post(at("/provision/it"), "{}"), 404, "not-found");
        var get = send(as("h-paths", at("/devices/h-paths/telemetry")));
        problem(get, 405, "method-not-allowed");
        assertThat(get.headers().firstValue("allow")).contains("POST");
        var cbor = as("h-paths", at("/devices/h-paths/telemetry")).header("Content-Type", "application/cbor");
        problem(post(cbor, "{}"), 415, "unsupported-media-type");
    }

    @Test
    void whatIsCountedAddsUp() throws Exception {
        rig.register("h-count");
        post(as("h-count", at("/devices/h-count/telemetry")), "{}");
        post(as("h-count", at("/devices/h-count/telemetry")), "{");
        post(as("h-count", at("/devices/h-paths/telemetry")), "{}");
        await().until(() -> gateway.gauge("gateway.inflight.bytes") == 0);
        // Counted on Kafka's thread, behind the bytes.
        await().until(() -> gateway.gauge("gateway.messages.inflight") == 0);
        double rejectedAll = gateway.registry().find("gateway.messages.rejected").functionCounters().stream()
                .mapToDouble(c -> c.count())
                .sum();
        assertThat(gateway.count("gateway.messages.received"))
                .isEqualTo(gateway.count("gateway.messages.forwarded")
                        + rejectedAll
                        + gateway.count("gateway.messages.failed"));
        assertThat(rejectedAll).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aConnectionOnWhichNothingMovesIsClosed() throws Exception {
        try (GatewayRig other = new GatewayRig()) {
            var running = other.start(0, "http.idle-timeout", "1s");
            try (Socket socket = new Socket("127.0.0.1", running.gateway().httpPort())) {
                OutputStream out = socket.getOutputStream();
                out.write("POST /api/data HTTP/1.1\r\nHost: x\r\n".getBytes(UTF_8));
                out.flush();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsGivenUp() throws Exception {
        try (GatewayRig other = new GatewayRig()) {
            var running = other.start(0, "http.request-timeout", "1s", "security.allow-anonymous", "true");
            try (Socket socket = new Socket("127.0.0.1", running.gateway().httpPort())) {
                OutputStream out = socket.getOutputStream();
                out.write("POST /api/data HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{".getBytes(UTF_8));
                out.flush();
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 408 ")
                        .contains("too-slow");
            }
        }
    }

    @Test
    void aClientThatAsksBeforeItSendsIsTold() throws Exception {
        rig.register("h-expect");
        assertThat(firstLineToOneWhoAsks("Authorization: " + basic("h-expect", "pw-h-expect")))
                .isEqualTo("HTTP/1.1 100 Continue");
        assertThat(firstLineToOneWhoAsks("X-Nothing: x")).isEqualTo("HTTP/1.1 401 Unauthorized");
    }

    /** By hand, for the JDK 17's client waits for ever when it is not told to continue. */
    private static String firstLineToOneWhoAsks(String header) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.gateway().httpPort())) {
            String head = "POST /devices/h-expect/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n" + header + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
        }
    }

    @Test
    void aPortInUseIsSaidWithItsSetting() {
        String port = Integer.toString(gateway.gateway().httpPort());
        try (GatewayRig other = new GatewayRig()) {
            assertThatThrownBy(() -> other.start(0, "http.port", port))
                    .isInstanceOf(StartException.class)
                    .hasMessage("port " + port + " is in use (choose another with http.port)");
        }
    }
}
