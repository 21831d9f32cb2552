package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.Json;
import io.millrace.schemas.PskMaster;
import io.millrace.schemas.SecretDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What devices can show beside a secret, and how they come into the registry by themselves. */
@Timeout(60)
class CredentialsIT {
    private static final String MASTER = "ab".repeat(32);
    private static final String PEM = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXsRdhDcF8dINBci+biN47/PCPAYY
            V6IC6NIPnuAgXY9uyjUMK9mtfMS12v9htFEZYNkNps9ARnbY1Q0XzyC2aQ==
            -----END PUBLIC KEY-----
            """;
    private static final Map<String, DeviceRecord> KNOWN = new ConcurrentHashMap<>();

    private static Fleet fleet;
    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();
    private static TopicReader registry;
    private static TopicReader refusals;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("identity.psk.master-key", MASTER));
        refusals = TopicReader.table(
                "refusals",
                fleet.kafka(),
                fleet.topics().enrolmentRefusals(),
                record -> REFUSED.add(new String(record.key(), UTF_8)),
                new Health());
        refusals.start();
        registry = TopicReader.table(
                "registry", fleet.kafka(), fleet.topics().deviceRegistry(), CredentialsIT::remember, new Health());
        registry.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        refusals.close();
        fleet.close();
    }

    private static void remember(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            KNOWN.put(new String(record.key(), UTF_8), Json.read(record.value(), DeviceRecord.class));
        }
    }

    private static DeviceRecord known(String id) {
        DeviceRecord record = KNOWN.get(id);
        if (record == null) {
            throw new AssertionError(id + " is not known yet");
        }
        return record;
    }

    private static String device(String id, String algorithm, String pem) {
        ObjectNode body = Json.mapper().createObjectNode().put("id", id);
        body.putArray("jwtKeys")
                .addObject()
                .put("keyId", "k1")
                .put("algorithm", algorithm)
                .put("publicKey", pem);
        body.putArray("certificateFingerprints").add("AB:CD" + ":ef".repeat(30));
        return body.toString();
    }

    @Test
    void aDeviceWithKeysOfItsOwnNeedsNoSecretAndGatewaysLearnOfThem() {
        var created = fleet.call("POST", "/devices", device("keys", "ES256", PEM));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().has("secret")).isFalse();
        await().untilAsserted(() -> {
            DeviceRecord record = known("keys");
            assertThat(record.jwtKeys()).singleElement().satisfies(key -> assertThat(key.keyId())
                    .contains("k1"));
            assertThat(record.certificateFingerprints()).containsExactly("abcd" + "ef".repeat(30));
            assertThat(record.secrets()).isEmpty();
        });

        JsonNode after =
                fleet.call("PATCH", "/devices/keys", "{\"jwtKeys\":[]}").json();
        assertThat(after.has("jwtKeys")).isFalse();
        assertThat(after.get("certificateFingerprints").size()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(known("keys").jwtKeys()).isEmpty());
    }

    @Test
    void theLastPinnedCertificateIsReplacedNotTakenAway() {
        fleet.call("POST", "/devices", device("pinned", "ES256", PEM));
        for (String none : new String[] {"[]", "null"}) {
            var refused = fleet.call("PATCH", "/devices/pinned", "{\"certificateFingerprints\":" + none + "}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().get("code").asText()).isEqualTo("last-fingerprint");
            assertThat(refused.json().get("detail").asText()).contains("enabled: false");
        }
        String other = "12".repeat(32);
        JsonNode after = fleet.call("PATCH", "/devices/pinned", "{\"certificateFingerprints\":[\"" + other + "\"]}")
                .json();
        assertThat(after.get("certificateFingerprints")).singleElement().matches(node -> node.asText()
                .equals(other));
        assertThat(after.get("revision").asInt()).isEqualTo(2);
        fleet.device("never-pinned");
        assertThat(fleet.call("PATCH", "/devices/never-pinned", "{\"certificateFingerprints\":[]}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithTheReason() {
        var wrong = fleet.call("POST", "/devices", device("wrong", "RS256", PEM));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().get("detail").asText()).contains("jwtKeys[0]").contains("RS256");
        var garbled = fleet.call("POST", "/devices", device("wrong", "ES256", "nothing"));
        assertThat(garbled.json().get("detail").asText()).contains("BEGIN PUBLIC KEY");
        var tooShort = fleet.call("PATCH", "/devices/wrong", "{\"certificateFingerprints\":[\"ab\"]}");
        assertThat(tooShort.json().get("field").asText()).isEqualTo("certificateFingerprints");
    }

    @Test
    void aPreSharedKeyIsShownOnceAndIsAnotherOneEachTime() {
        String id = fleet.device("psk");
        JsonNode first = fleet.call("POST", "/devices/psk/psk").json();
        JsonNode second = fleet.call("POST", "/devices/psk/psk").json();
        assertThat(first.get("key").asText())
                .isNotEqualTo(second.get("key").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(PskMaster.parse(MASTER)
                                .key(new DeviceId(id), first.get("generation").asInt())));
        assertThat(second.get("generation").asInt())
                .isGreaterThan(first.get("generation").asInt());
        await().untilAsserted(() -> assertThat(known("psk").pskGeneration())
                .hasValue(second.get("generation").asInt()));
        assertThat(known("psk").secrets()).hasSize(1);

        assertThat(fleet.call("DELETE", "/devices/psk/psk").status()).isEqualTo(204);
        await().untilAsserted(() -> assertThat(known("psk").pskGeneration()).isEmpty());
        assertThat(fleet.call("POST", "/devices/nobody/psk").status()).isEqualTo(404);
    }

    @Test
    void noPreSharedKeyComesBackHoweverFastKeysAreMadeAndTakenAway() {
        String id = fleet.device("psk-fast");
        int last = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                int next = fleet.call("POST", "/devices/psk-fast/psk")
                        .json()
                        .get("generation")
                        .asInt();
                assertThat(next).isGreaterThan(last);
                last = next;
            }
            assertThat(fleet.call("DELETE", "/devices/psk-fast/psk").status()).isEqualTo(204);
            if (round == 1) {
                assertThat(fleet.call("DELETE", "/devices/" + id).status()).isEqualTo(204);
                assertThat(fleet.device(id)).isEqualTo(id);
            }
        }
    }

    @Test
    void anEnrolmentRegistersWhoIsNotThereOnceAndInTimeOnly() {
        FakeGateway gateway = fleet.gateway(0);
        fleet.device("enrol-known");
        await().until(() -> KNOWN.containsKey("enrol-known"));
        double passedOverBefore = passedOver();
        SecretDigest before = known("enrol-known").secrets().get(0);
        SecretDigest first = SecretDigest.of("first");
        Instant now = Instant.now();
        Enrolment fresh = enrolment("enrol-new", first, now.plusSeconds(60));
        for (Enrolment wish : new Enrolment[] {
            enrolment("enrol-late", first, now.minusSeconds(1)),
            enrolment("enrol-known", first, now.plusSeconds(60)),
            fresh,
            fresh
        }) {
            var unusedOffset = gateway.send(wish.toRecord(fleet.topics()));
        }
        await().until(() -> KNOWN.containsKey("enrol-new"));
        var unused = gateway.send(enrolment("enrol-new", SecretDigest.of("second"), now.plusSeconds(60))
                .toRecord(fleet.topics()));
        await().until(() -> passedOver() >= passedOverBefore + 4);
        assertThat(known("enrol-new").secrets()).containsExactly(first);
        assertThat(known("enrol-new").type()).contains("sensor");
        assertThat(fleet.call("GET", "/devices/enrol-known")
                        .json()
                        .get("revision")
                        .asInt())
                .isEqualTo(1);
        assertThat(known("enrol-known").secrets()).containsExactly(before);
        assertThat(fleet.call("GET", "/devices/enrol-late").status()).isEqualTo(404);
    }

    @Test
    void aProvisioningKeyTakesNoIdOfADeviceThatLivesUnregisteredButItsCertificateRegistersIt() {
        FakeGateway gateway = fleet.gateway(1);
        gateway.openReady("enrol-seen");
        fleet.awaitPresence("enrol-seen", true, true);
        Instant expiresAt = Instant.now().plusSeconds(60);
        double before = passedOver();
        var unused = gateway.send(enrolment("enrol-seen", SecretDigest.of("somebody's"), expiresAt)
                .toRecord(fleet.topics()));
        await().until(() -> passedOver() > before);
        await().untilAsserted(() -> assertThat(REFUSED).containsExactly("enrol-seen"));
        var certified = new Enrolment(
                new DeviceId("enrol-seen"),
                Enrolment.Source.CERTIFICATE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                0,
                Instant.now(),
                expiresAt);
        var unusedOffset = gateway.send(certified.toRecord(fleet.topics()));
        await().until(() -> KNOWN.containsKey("enrol-seen"));
        assertThat(known("enrol-seen").secrets()).isEmpty();
        assertThat(known("enrol-seen").type()).isEmpty();
        assertThat(known("enrol-seen").anonymous()).isFalse();
        assertThat(fleet.call("GET", "/devices/enrol-seen")
                        .json()
                        .get("registered")
                        .asBoolean())
                .isTrue();
    }

    /** Only such a one may be open to its name; every other registered device must show something. */
    @Test
    void whoWasOnlySeenStaysAnonymousThroughChangesUntilItIsGivenACredential() {
        FakeGateway gateway = fleet.gateway(2);
        gateway.openReady("seen-only");
        fleet.awaitPresence("seen-only", true, true);
        assertThat(fleet.call("PUT", "/devices/seen-only/config", "{\"every\":5}")
                        .status())
                .isEqualTo(200);
        await().untilAsserted(() -> assertThat(known("seen-only").anonymous()).isTrue());
        JsonNode labelled = fleet.call("PATCH", "/devices/seen-only", "{\"labels\":{\"site\":\"bench\"}}")
                .json();
        assertThat(labelled.get("anonymous").asBoolean()).isTrue();
        assertThat(fleet.call("POST", "/devices/seen-only/psk").status()).isEqualTo(200);
        assertThat(fleet.call("DELETE", "/devices/seen-only/psk").status()).isEqualTo(204);
        await().untilAsserted(
                        () -> assertThat(known("seen-only").pskGeneration()).isEmpty());
        assertThat(fleet.call("GET", "/devices/seen-only").json().has("anonymous"))
                .isFalse();
        await().untilAsserted(() -> assertThat(known("seen-only").anonymous()).isFalse());
    }

    private static double passedOver() {
        return fleet.meters
                .get("registry.enrolments")
                .tag("outcome", "passed-over")
                .counter()
                .count();
    }

    private static Enrolment enrolment(String id, SecretDigest secret, Instant expiresAt) {
        return new Enrolment(
                new DeviceId(id),
                Enrolment.Source.PROVISIONING_KEY,
                Optional.of(secret),
                Optional.of("k1"),
                Optional.of("sensor"),
                Map.of(),
                0,
                Instant.now(),
                expiresAt);
    }
}
