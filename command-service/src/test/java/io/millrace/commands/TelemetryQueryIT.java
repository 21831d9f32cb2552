package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be asked of the history: buckets, last values of many, CSV and NDJSON. */
@Timeout(60)
class TelemetryQueryIT {
    private static final Instant HOUR =
            Instant.ofEpochSecond(Instant.now().minus(Duration.ofHours(3)).getEpochSecond() / 3600 * 3600);
    private static final String RANGE = "?from=" + HOUR + "&to=" + HOUR.plusSeconds(3600);
    /** For devices that not every test expects. */
    private static final Instant BEFORE = HOUR.minusSeconds(3600);

    private static final String RANGE_BEFORE = "?from=" + BEFORE + "&to=" + HOUR;
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("history.timestamp.field", "ts"));
        gateway = fleet.gateway(0);
        for (int second = 0; second < 120; second += 10) {
            telemetry(
                    "meter",
                    HOUR.plusSeconds(second),
                    "{\"t\":%d,\"imu\":{\"x\":%d},\"led\":\"=on, off\"}".formatted(second, -second));
        }
        telemetry("meter", HOUR.plusSeconds(300), "{\"t\":\"broken\",\"huge\":1e400}");
        telemetry("other", HOUR.plusSeconds(5), "{\"t\":5}");
        fleet.call("POST", "/devices", "{\"id\":\"silent\",\"type\":\"still\"}");
        await().untilAsserted(() -> {
            assertThat(items("/devices/meter/telemetry" + RANGE)).hasSize(13);
            assertThat(items("/devices/other/telemetry" + RANGE)).hasSize(1);
        });
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void bucketsBeginAtWholeMinutesAndEmptyOnesAreLeftOut() {
        List<JsonNode> minutes = items("/devices/meter/telemetry" + RANGE
                + "&every=1m&fields=t,imu.x&aggregate=avg,min,max,sum,count,first,last");
        assertThat(minutes).hasSize(2);
        JsonNode second = minutes.get(1);
        assertThat(second.get("time").asText()).isEqualTo(HOUR.plusSeconds(60).toString());
        assertThat(second.at("/values/t").toString())
                .isEqualTo(
                        "{\"avg\":85.0,\"min\":60.0,\"max\":110.0,\"sum\":510.0,\"count\":6,\"first\":60.0,\"last\":110.0}");
        assertThat(second.at("/values/imu.x/min").asInt()).isEqualTo(-110);
        assertThat(items("/devices/meter/telemetry" + RANGE + "&every=1m&order=desc")
                        .get(0))
                .as("the newest first, all numbers, averages")
                .isEqualTo(
                        items("/devices/meter/telemetry" + RANGE + "&every=1m").get(1));
    }

    @Test
    void aBucketHoldsWhatIsInTheRangeOnly() {
        JsonNode minute = items("/devices/meter/telemetry?from=" + HOUR.plusSeconds(30) + "&to=" + HOUR.plusSeconds(50)
                        + "&every=1h&fields=t&aggregate=count")
                .get(0);
        assertThat(minute.get("time").asText()).isEqualTo(HOUR.toString());
        assertThat(minute.at("/values/t/count").asInt()).isEqualTo(2);
    }

    @Test
    void tooManyBucketsAreRefusedWithWhatWouldDo() {
        Reply reply = fleet.call("GET", "/devices/meter/telemetry?from=-30d&every=1s");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).isEqualTo("every");
        assertThat(reply.json().get("detail").asText()).contains("at least 260s");
    }

    @Test
    void wrongQuestionsNameTheParameter() {
        for (String[] wrong : List.of(
                new String[] {"every", "every=soon"},
                new String[] {"every", "every=0s"},
                new String[] {"aggregate", "every=1m&aggregate=median"},
                new String[] {"aggregate", "aggregate=avg"},
                new String[] {"from", "from=yesterday"},
                new String[] {"from", "from=-1h&to=-2h"},
                new String[] {"from", "from=-99999d&to=-99999d"},
                new String[] {"fields", "fields=a,,b"},
                new String[] {"order", "order=sideways"},
                new String[] {"format", "format=xml"},
                new String[] {"limit", "format=csv&limit=5"},
                new String[] {"cursor", "every=1m&cursor=abc"})) {
            Reply reply = fleet.call("GET", "/devices/meter/telemetry?" + wrong[1]);
            assertThat(reply.status()).as(wrong[1]).isEqualTo(400);
            assertThat(reply.json().path("field").asText())
                    .as(wrong[1] + reply.json())
                    .isEqualTo(wrong[0]);
        }
    }

    @Test
    void fieldsAreTextsToTheDatabase() {
        assertThat(items("/devices/meter/telemetry" + RANGE + "&every=1m&fields=t'%29%3Bdrop%20table%20telemetry%3B--"))
                .isEmpty();
        assertThat(items("/devices/meter/telemetry" + RANGE)).hasSize(13);
    }

    @Test
    void numbersThatNothingMeasuresSpoilNeitherPagesNorBuckets() {
        telemetry("wild", BEFORE.plusSeconds(1), "{\"t\":1e131000}");
        telemetry("wild", BEFORE.plusSeconds(2), "{\"t\":1e-16000}");
        telemetry("wild", BEFORE.plusSeconds(3), "{\"t\":3}");
        await().untilAsserted(() ->
                assertThat(items("/devices/wild/telemetry" + RANGE_BEFORE)).hasSize(3));
        assertThat(items("/devices/wild/telemetry" + RANGE_BEFORE)
                        .get(0)
                        .get("values")
                        .toString())
                .isEqualTo("{\"t\":\"Infinity\"}");
        assertThat(items("/devices/wild/telemetry" + RANGE_BEFORE + "&every=1h&fields=t&aggregate=max,count")
                        .get(0)
                        .at("/values/t")
                        .toString())
                .isEqualTo("{\"max\":3.0,\"count\":2}");
    }

    @Test
    void whereReadingsAreLargePagesAreShortAndAnExportIsWhole() {
        String large = "x".repeat(400_000);
        for (int second = 0; second < 150; second++) {
            telemetry("camera", BEFORE.plusSeconds(second), "{\"n\":" + second + "}");
        }
        for (int second = 150; second < 180; second++) {
            telemetry("camera", BEFORE.plusSeconds(second), "{\"n\":" + second + ",\"picture\":\"" + large + "\"}");
        }
        String path = "/devices/camera/telemetry" + RANGE_BEFORE;
        await().untilAsserted(() -> assertThat(items(path + "&fields=n&order=desc&limit=1"))
                .extracting(item -> item.at("/values/n").asInt())
                .containsExactly(179));
        JsonNode page = fleet.call("GET", path + "&limit=1000").json();
        assertThat(page.get("items").size()).isBetween(151, 179);
        assertThat(items(path + "&limit=1000&cursor=" + page.get("nextCursor").asText()))
                .hasSize(180 - page.get("items").size());
        assertThat(lines(fleet.call("GET", path + "&format=csv&fields=n"))).hasSize(181);
    }

    @Test
    void pagesGoBackwardsToo() {
        List<String> times = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = fleet.call("GET", "/devices/meter/telemetry" + RANGE + "&order=desc&limit=5" + cursor)
                    .json();
            page.get("items").forEach(item -> times.add(item.get("time").asText()));
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
        } while (!cursor.isEmpty());
        assertThat(times).hasSize(13).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void csvHasAColumnForEachFieldAndNoFormulas() {
        Reply reply = fleet.callWith(
                "Bearer " + fleet.key(), "GET", "/devices/meter/telemetry" + RANGE, "", "Accept", "text/csv");
        assertThat(reply.http().headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/csv");
        List<String> lines = lines(reply);
        assertThat(lines).hasSize(14);
        assertThat(lines.get(0))
                .startsWith("time,channel,")
                .contains("imu.x")
                .contains("led")
                .contains("t");
        assertThat(lines(fleet.call("GET", "/devices/meter/telemetry" + RANGE + "&format=csv&fields=t,imu.x,led"))
                        .subList(0, 3))
                .containsExactly(
                        "time,channel,t,imu.x,led",
                        HOUR + ",,0,0,\"'=on, off\"",
                        HOUR.plusSeconds(10) + ",,10,-10,\"'=on, off\"");
        assertThat(lines(fleet.call(
                        "GET",
                        "/devices/meter/telemetry" + RANGE + "&format=csv&fields=t&every=1m&aggregate=max,count")))
                .containsExactly("time,t.max,t.count", HOUR + ",50.0,6", HOUR.plusSeconds(60) + ",110.0,6");
    }

    @Test
    void aFleetIsExportedLineByLine() {
        assertThat(lines(fleet.call("GET", "/telemetry/export" + RANGE)))
                .hasSize(14)
                .anyMatch(line -> line.startsWith("{\"deviceId\":\"other\",\"time\":\"" + HOUR.plusSeconds(5) + "\""));
        assertThat(lines(fleet.call("GET", "/telemetry/export" + RANGE + "&q=other&format=csv&fields=t")))
                .containsExactly("deviceId,time,channel,t", "other," + HOUR.plusSeconds(5) + ",,5");
        assertThat(fleet.call("GET", "/telemetry/export?format=csv")
                        .json()
                        .get("field")
                        .asText())
                .isEqualTo("fields");
    }

    @Test
    void theLastValuesOfManyAreToldAtOnce() {
        JsonNode meter = items("/telemetry/latest?device=meter&device=nobody").get(0);
        assertThat(meter.get("deviceId").asText()).isEqualTo("meter");
        assertThat(meter.get("at").asText()).isEqualTo(HOUR.plusSeconds(300).toString());
        assertThat(meter.at("/values/imu/at").asText())
                .isEqualTo(HOUR.plusSeconds(110).toString());
        assertThat(items("/telemetry/latest?q=meter&fields=imu.x")
                        .get(0)
                        .get("values")
                        .toString())
                .isEqualTo("{\"imu.x\":{\"at\":\"" + HOUR.plusSeconds(110) + "\",\"value\":-110}}");
        assertThat(items("/telemetry/latest?type=still")).as("has said nothing").isEmpty();
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    fleet.call("GET", "/telemetry/latest?limit=1" + cursor).json();
            page.get("items").forEach(item -> seen.add(item.get("deviceId").asText()));
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
        } while (!cursor.isEmpty());
        assertThat(seen).contains("meter", "other").doesNotContain("silent");
        assertThat(fleet.call("GET", "/telemetry/latest?device=a%20b")
                        .json()
                        .get("field")
                        .asText())
                .isEqualTo("device");
        assertThat(fleet.call("GET", "/telemetry/latest?device=a&limit=3")
                        .json()
                        .get("field")
                        .asText())
                .isEqualTo("limit");
    }

    @Test
    void aReadingStandsAtTheTimeAtWhichItWasTaken() {
        Instant arrived = HOUR.plusSeconds(5400);
        Instant taken = HOUR.plusSeconds(4200);
        String range = "?from=" + taken;
        telemetry("offline", arrived, "{\"ts\":%d,\"t\":1}".formatted(taken.getEpochSecond()));
        telemetry("offline", arrived, "{\"ts\":12,\"t\":2}");
        await().untilAsserted(() ->
                assertThat(items("/devices/offline/telemetry" + range)).hasSize(2));
        List<JsonNode> readings = items("/devices/offline/telemetry" + range);
        assertThat(readings.get(0).get("time").asText()).isEqualTo(taken.toString());
        assertThat(readings.get(0).get("arrived").asText()).isEqualTo(arrived.toString());
        assertThat(readings.get(1).get("time").asText()).isEqualTo(arrived.toString());
        assertThat(readings.get(1).has("arrived")).isFalse();
    }

    @Test
    void whatADeviceSaidOnItsWayOutDoesNotBringItBack() {
        telemetry("gone", Instant.now(), "{\"t\":1}");
        await().until(() -> fleet.call("GET", "/devices/gone").status() == 200);
        assertThat(fleet.call("DELETE", "/devices/gone").status()).isEqualTo(204);
        telemetry("gone", Instant.now(), "{\"t\":2}");
        telemetry("after", Instant.now(), "{\"t\":2}");
        await().until(() -> fleet.call("GET", "/devices/after").status() == 200);
        double received = fleet.count("intake.records", "intake", "telemetry");
        await().until(() -> fleet.count("history.readings", "outcome", "stored") == received);
        assertThat(fleet.call("GET", "/devices/gone").status()).isEqualTo(404);
        assertThat(items("/telemetry/latest?device=gone")).isEmpty();
    }

    private static void telemetry(String device, Instant at, String json) {
        var unused = gateway.send(new ProducerRecord<>(
                fleet.topics().telemetry(), null, at.toEpochMilli(), device.getBytes(UTF_8), json.getBytes(UTF_8)));
    }

    private static List<JsonNode> items(String path) {
        List<JsonNode> items = new ArrayList<>();
        fleet.call("GET", path).json().path("items").forEach(items::add);
        return items;
    }

    private static List<String> lines(Reply reply) {
        return new String(reply.http().body(), UTF_8).lines().toList();
    }
}
