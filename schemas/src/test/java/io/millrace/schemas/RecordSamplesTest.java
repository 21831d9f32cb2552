package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DoubleNode;
import io.millrace.schemas.CommandRequest.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Samples as they once went over the wire, frozen: every later version must still read them. */
class RecordSamplesTest {
    private static final Instant AT = Instant.parse("2026-11-22T10:04:00Z");
    private static final DeviceId DEVICE = new DeviceId("esp32-01");
    private static final Topics TOPICS = new Topics("");

    @Test
    void sessionEventsOfVersionOne() throws IOException {
        assertThat(lines("session-events.v1.jsonl").map(l -> (Object) Json.read(l, SessionEvent.class)))
                .containsExactly(
                        new SessionEvent.Opened(DEVICE, 3, 17, AT, "ESP32_A1B2C3", "mqtt-3.1.1", "127.0.0.1", true),
                        new SessionEvent.Ready(DEVICE, 3, 17, 4711, AT, 1),
                        new SessionEvent.Unready(DEVICE, 3, 17, 4711, AT),
                        new SessionEvent.Closed(DEVICE, 3, 17, 4711, AT, SessionEvent.CloseReason.KEEP_ALIVE_TIMEOUT),
                        new SessionEvent.GatewayStarted(3, AT),
                        new SessionEvent.GatewayHeartbeat(3, 17, AT, 15000, 42),
                        new SessionEvent.GatewayStopped(3, 17, AT));
    }

    @Test
    void commandEventsOfVersionOne() throws IOException {
        assertThat(lines("command-events.v1.jsonl").map(l -> (Object) Json.read(l, CommandEvent.class)))
                .containsExactly(
                        new CommandEvent.Delivered("c1", DEVICE, 3, 4711, 1, AT),
                        new CommandEvent.Unconfirmed("c1", DEVICE, 3, 4711, 1, AT),
                        new CommandEvent.Undelivered(
                                "c1", DEVICE, 3, 4711, 1, AT, CommandEvent.UndeliveredReason.SESSION_GONE),
                        new CommandEvent.Responded(
                                Optional.of("c1"),
                                DEVICE,
                                AT,
                                CommandStatus.FAILED,
                                Optional.of(DoubleNode.valueOf(0.5))),
                        new CommandEvent.StatusChanged("c1", DEVICE, AT, CommandStatus.SENT, 1, Optional.empty()));
    }

    @Test
    void diagnosticsOfVersionOne() throws IOException {
        Instant from = AT.minusSeconds(5);
        assertThat(lines("device-diagnostics.v1.jsonl").map(l -> (Object) Json.read(l, DeviceDiagnostic.class)))
                .containsExactly(
                        new DeviceDiagnostic.Noticed(
                                DEVICE,
                                3,
                                from,
                                AT,
                                List.of(
                                        new DeviceDiagnostic.Finding(
                                                DeviceDiagnostic.Sign.NOT_JSON,
                                                12,
                                                Optional.of("not JSON from byte 7")),
                                        new DeviceDiagnostic.Finding(
                                                DeviceDiagnostic.Sign.DUPLICATE, 3, Optional.empty()))),
                        new DeviceDiagnostic.ConnectRefused(
                                DEVICE, 3, from, AT, "bad-credentials", 2, Optional.of("192.0.2.7")),
                        new DeviceDiagnostic.DuplicateIdentity(
                                DEVICE, 3, AT, 3, 60_000, List.of("192.0.2.7", "192.0.2.8")));
    }

    @Test
    void everySignOfTroubleStaysReadable() {
        for (DeviceDiagnostic.Sign sign : DeviceDiagnostic.Sign.values()) {
            DeviceDiagnostic noticed = new DeviceDiagnostic.Noticed(
                    DEVICE, 3, AT, AT, List.of(new DeviceDiagnostic.Finding(sign, 1, Optional.empty())));
            assertThat(Json.read(Json.write(noticed), DeviceDiagnostic.class)).isEqualTo(noticed);
        }
    }

    /** A sign that a newer gateway knows must not stop an older reader. */
    @Test
    void aSignFromTheFutureIsUnknown() {
        DeviceDiagnostic noticed = Json.read(
                ("{\"type\":\"noticed\",\"deviceId\":\"a\",\"slot\":0,\"from\":\"2026-11-22T10:04:00Z\","
                                + "\"at\":\"2026-11-22T10:04:00Z\",\"findings\":[{\"sign\":\"tired\",\"count\":1}]}")
                        .getBytes(UTF_8),
                DeviceDiagnostic.class);
        assertThat(((DeviceDiagnostic.Noticed) noticed).findings())
                .extracting(DeviceDiagnostic.Finding::sign)
                .containsExactly(DeviceDiagnostic.Sign.UNKNOWN);
    }

    @Test
    void sessionStatesOfVersionOne() throws IOException {
        assertThat(lines("session-state.v1.jsonl").map(l -> (Object) Json.read(l, SessionState.class)))
                .containsExactly(
                        new SessionState(
                                DEVICE,
                                3,
                                4711,
                                AT,
                                604_800,
                                false,
                                List.of(
                                        new SessionState.Subscription("commands", 2),
                                        new SessionState.Subscription("#", 0)),
                                List.of(7, 65_535),
                                List.of(new SessionState.Unfinished(5, "c1", 2, true))),
                        new SessionState(DEVICE, 0, 1, AT, 60, true, List.of(), List.of(), List.of()));
    }

    @Test
    void registryRecordOfVersionOne() throws IOException {
        DeviceRecord record =
                Json.read(lines("device-registry.v1.jsonl").findFirst().orElseThrow(), DeviceRecord.class);

        assertThat(record.labels()).isEqualTo(Map.of("site", "berlin"));
        assertThat(record.attributes()).containsEntry("maxTemp", DoubleNode.valueOf(8.5));
        assertThat(record.secrets()).singleElement().matches(d -> d.matches("s3cret"));
        assertThat(Json.read(Json.write(record), DeviceRecord.class)).isEqualTo(record);
    }

    /** It is written only where it is so. */
    @Test
    void registryRecordOfVersionThreeMayBeAnonymous() throws IOException {
        DeviceRecord record =
                Json.read(lines("device-registry.v3.jsonl").findFirst().orElseThrow(), DeviceRecord.class);

        assertThat(record.anonymous()).isTrue();
        assertThat(record.secrets()).isEmpty();
        assertThat(Json.read(Json.write(record), DeviceRecord.class)).isEqualTo(record);
        byte[] two = lines("device-registry.v2.jsonl").findFirst().orElseThrow();
        assertThat(Json.read(two, DeviceRecord.class).anonymous()).isFalse();
        assertThat(new String(Json.write(Json.read(two, DeviceRecord.class)), UTF_8))
                .doesNotContain("anonymous");
    }

    @Test
    void registryRecordOfVersionTwo() throws IOException {
        DeviceRecord record =
                Json.read(lines("device-registry.v2.jsonl").findFirst().orElseThrow(), DeviceRecord.class);

        assertThat(record.jwtKeys()).singleElement().satisfies(key -> {
            assertThat(key.keyId()).contains("k1");
            assertThat(key.algorithm()).isEqualTo(JwtKey.Algorithm.ES256);
            assertThat(key.key().getAlgorithm()).isEqualTo("EC");
        });
        assertThat(record.certificateFingerprints())
                .containsExactly("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        assertThat(record.pskGeneration()).hasValue(2);
        assertThat(Json.read(Json.write(record), DeviceRecord.class)).isEqualTo(record);
    }

    @Test
    void enrolmentsOfVersionOne() throws IOException {
        List<Enrolment> both = lines("device-enrolments.v1.jsonl")
                .map(l -> Json.read(l, Enrolment.class))
                .toList();

        assertThat(both.get(0).source()).isEqualTo(Enrolment.Source.PROVISIONING_KEY);
        assertThat(both.get(0).secret())
                .hasValueSatisfying(d -> assertThat(d.matches("s3cret")).isTrue());
        assertThat(both.get(0).keyId()).contains("k1");
        assertThat(both.get(0).labels()).isEqualTo(Map.of("site", "berlin"));
        assertThat(both.get(1))
                .isEqualTo(new Enrolment(
                        new DeviceId("esp32-04"),
                        Enrolment.Source.CERTIFICATE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        3,
                        AT,
                        AT.plusSeconds(5)));
        assertThat(Json.read(Json.write(both.get(0)), Enrolment.class)).isEqualTo(both.get(0));
    }

    @Test
    void enrolmentRefusalsOfVersionOne() throws IOException {
        assertThat(lines("enrolment-refusals.v1.jsonl").map(l -> Json.read(l, EnrolmentRefusal.class)))
                .containsExactly(new EnrolmentRefusal(new DeviceId("esp32-04"), 3, AT));
    }

    @Test
    void aMinimalRegistryRecordNeedsNoEmptyMaps() {
        DeviceRecord record = Json.read(
                "{\"id\":\"a\",\"enabled\":true,\"revision\":1,\"updatedAt\":\"2026-11-22T10:04:00Z\",\"new\":1}"
                        .getBytes(UTF_8),
                DeviceRecord.class);

        assertThat(record.labels()).isEmpty();
        assertThat(record.secrets()).isEmpty();
        assertThat(record.type()).isEmpty();
        assertThat(record.config()).isEmpty();
        assertThat(record.jwtKeys()).isEmpty();
        assertThat(record.certificateFingerprints()).isEmpty();
        assertThat(record.pskGeneration()).isEmpty();
    }

    @Test
    void aResponseWithoutDetailHasNone() {
        CommandEvent event = Json.read(
                "{\"type\":\"responded\",\"deviceId\":\"a\",\"at\":\"2026-11-22T10:04:00Z\",\"status\":\"failed\"}"
                        .getBytes(UTF_8),
                CommandEvent.class);

        assertThat(((CommandEvent.Responded) event).detail()).isEmpty();
        assertThat(((CommandEvent.Responded) event).commandId()).isEmpty();
    }

    @Test
    void alertOfVersionOne() throws IOException {
        AlertEvent alert = Json.read(lines("alerts.v1.jsonl").findFirst().orElseThrow(), AlertEvent.class);

        assertThat(alert.status()).isEqualTo(AlertEvent.State.FIRING);
        assertThat(alert.labels()).containsEntry("alertname", "TooHot");
        assertThat(alert.value()).contains(41.5);
        assertThat(Json.read(Json.write(alert), AlertEvent.class)).isEqualTo(alert);
    }

    @Test
    void commandAndDispatchKeepThePayloadByteForByte() {
        byte[] payload = {0, (byte) 0xff, '{', 'x'};
        var request = new CommandRequest(
                "c1",
                DEVICE,
                payload,
                Optional.of("text/plain"),
                Origin.RULE,
                Optional.of("g/fan"),
                Optional.of("r1"),
                Optional.of("telemetry/5/881203"),
                Optional.empty(),
                1,
                0,
                AT,
                AT.plus(Duration.ofSeconds(60)));
        assertThat(CommandRequest.of(consumed(request.toRecord(TOPICS), 0)))
                .isEqualTo(request)
                .extracting(
                        CommandRequest::rule, CommandRequest::cause, CommandRequest::contentType, CommandRequest::user)
                .isEqualTo(List.of(
                        Optional.of("g/fan"),
                        Optional.of("telemetry/5/881203"),
                        Optional.of("text/plain"),
                        Optional.empty()));

        var dispatch = new Dispatch("c1", DEVICE, 3, 4711, 2, payload, Optional.empty(), 0, AT);
        assertThat(dispatch.toRecord(TOPICS).partition()).isEqualTo(3);
        assertThat(Dispatch.of(consumed(dispatch.toRecord(TOPICS), 3))).isEqualTo(dispatch);
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> sent, int partition) {
        return new ConsumerRecord<>(
                sent.topic(),
                partition,
                7,
                AT.toEpochMilli(),
                TimestampType.CREATE_TIME,
                sent.key().length,
                sent.value().length,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    private static java.util.stream.Stream<byte[]> lines(String name) throws IOException {
        try (InputStream in = RecordSamplesTest.class.getResourceAsStream("samples/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
                    .lines()
                    .map(l -> l.getBytes(UTF_8));
        }
    }
}
