package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.Fleet.Reply;
import io.millrace.runtime.config.Settings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Base64;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People of an OpenID Connect issuer: let in by its tokens, as what its roles make them, and by nothing else. */
@Timeout(60)
class OidcIT {
    private static FakeIssuer issuer;
    private static PublicJsonWebKey rsa;
    private static PublicJsonWebKey ec;
    private static Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        issuer = new FakeIssuer();
        rsa = issuer.publish(FakeIssuer.rsa("rsa-1"));
        ec = issuer.publish(FakeIssuer.ec("ec-1"));
        fleet = Fleet.start(settings(issuer));
    }

    private static Settings.Builder settings(FakeIssuer issuer) throws Exception {
        return Neighbours.get()
                .newFleet()
                .override("http.oidc.issuer", issuer.issuer())
                .override("http.oidc.audience", "millrace,millrace-console")
                .override("http.oidc.role-claim", "realm_access.roles")
                .override("http.oidc.roles.viewer", "millrace-viewer,staff");
    }

    @AfterAll
    static void stop() {
        fleet.close();
        issuer.close();
    }

    @Test
    void tokensOfTheIssuerAreAcceptedAndTheGreatestRoleCounts() throws JoseException {
        Reply ada = me(FakeIssuer.sign(issuer.claims("ada", "millrace-viewer", "millrace-admin"), rsa, "RS256"));
        assertThat(ada.status()).as(ada.json().toString()).isEqualTo(200);
        assertThat(ada.json().toString()).isEqualTo("{\"kind\":\"oidc\",\"name\":\"oidc:ada\",\"role\":\"admin\"}");
        Reply bob = me(FakeIssuer.sign(issuer.claims("bob", "other", "staff"), ec, "ES256"));
        assertThat(bob.json().get("role").asText()).isEqualTo("viewer");
    }

    @Test
    void aPersonOfTheIssuerIsInTheAuditLogAndMayNoMoreThanTheRoleSays() throws JoseException {
        String bearer = "Bearer " + FakeIssuer.sign(issuer.claims("carol", "millrace-operator"), rsa, "RS256");
        assertThat(fleet.callWith(bearer, "POST", "/devices", "{\"id\":\"by-carol\"}")
                        .status())
                .isEqualTo(201);
        assertThat(fleet.callWith(bearer, "GET", "/users", "").status()).isEqualTo(403);
        assertThat(fleet.callWith(
                                bearer,
                                "PUT",
                                "/users/me/password",
                                "{\"oldPassword\":\"nanosecond\",\"newPassword\":\"nanosecond2\"}")
                        .status())
                .isEqualTo(409);
        assertThat(fleet.call("GET", "/audit?user=oidc:carol&target=devices/by-carol")
                        .json()
                        .at("/items/0/kind")
                        .asText())
                .isEqualTo("oidc");
    }

    @Test
    void whatIsNotSignedForUsNowByThisIssuerIsRefused() throws Exception {
        JwtClaims good = issuer.claims("eve", "millrace-admin");
        assertThat(status(FakeIssuer.sign(good, rsa, "RS256"))).isEqualTo(200);

        JwtClaims expired = issuer.claims("eve", "millrace-admin");
        expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 60));
        assertThat(status(FakeIssuer.sign(expired, rsa, "RS256"))).as("expired").isEqualTo(401);
        JwtClaims endless = issuer.claims("eve", "millrace-admin");
        endless.unsetClaim("exp");
        assertThat(status(FakeIssuer.sign(endless, rsa, "RS256")))
                .as("without an end")
                .isEqualTo(401);
        JwtClaims early = issuer.claims("eve", "millrace-admin");
        early.setNotBeforeMinutesInThePast(-5);
        assertThat(status(FakeIssuer.sign(early, rsa, "RS256"))).as("too early").isEqualTo(401);
        JwtClaims forOthers = issuer.claims("eve", "millrace-admin");
        forOthers.setAudience("payroll");
        assertThat(status(FakeIssuer.sign(forOthers, rsa, "RS256")))
                .as("for others")
                .isEqualTo(401);
        JwtClaims byOthers = issuer.claims("eve", "millrace-admin");
        byOthers.setIssuer(issuer.issuer() + "2");
        assertThat(status(FakeIssuer.sign(byOthers, rsa, "RS256")))
                .as("by others")
                .isEqualTo(401);
        assertThat(status(FakeIssuer.sign(issuer.claims("eve", "payroll"), rsa, "RS256")))
                .as("without a role here")
                .isEqualTo(401);
        assertThat(status(FakeIssuer.sign(issuer.claims("eve"), rsa, "RS256")))
                .as("without roles")
                .isEqualTo(401);
        assertThat(status(FakeIssuer.sign(good, FakeIssuer.rsa("rsa-1"), "RS256")))
                .as("another key of that id")
                .isEqualTo(401);
        assertThat(status(FakeIssuer.sign(good, rsa, "RS384")))
                .as("another algorithm")
                .isEqualTo(401);
    }

    @Test
    void neitherNoneNorThePublicKeyAsSecretSigns() throws Exception {
        String payload = issuer.claims("eve", "millrace-admin").toJson();
        String none = base64("{\"alg\":\"none\"}") + "." + base64(payload) + ".";
        assertThat(status(none)).isEqualTo(401);

        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(payload);
        jws.setKeyIdHeaderValue("rsa-1");
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKey(new HmacKey(rsa.getPublicKey().getEncoded()));
        assertThat(status(jws.getCompactSerialization())).isEqualTo(401);
    }

    @Test
    void anIssuerThatIsAwayAndOneThatIsAnotherAreSaidSoAndKeysHereGoOn() throws Exception {
        try (FakeIssuer other = new FakeIssuer()) {
            PublicJsonWebKey key = other.publish(FakeIssuer.ec("ec"));
            other.lie();
            try (Fleet unlucky = Fleet.start(settings(other))) {
                String token = FakeIssuer.sign(other.claims("ada", "millrace-admin"), key, "ES256");
                Reply reply = unlucky.callWith("Bearer " + token, "GET", "/me", "");
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.json().get("detail").asText()).contains("OpenID Connect issuer");
                assertThat(unlucky.call("GET", "/me").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void rotatedKeysAreFoundByEveryInstance() throws Exception {
        CommandService second = fleet.addService();
        PublicJsonWebKey next = FakeIssuer.ec("ec-2");
        String token = FakeIssuer.sign(issuer.claims("ada", "millrace-admin"), next, "ES256");
        assertThat(status(token)).as("not published yet").isEqualTo(401);

        issuer.publish(next);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(status(token)).isEqualTo(200);
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + second.httpPort() + "/api/v1/me"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            assertThat(fleet.send(request).status()).isEqualTo(200);
        });
        assertThat(issuer.fetches()).isLessThan(15);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static int status(String token) {
        return me(token).status();
    }

    private static Reply me(String token) {
        return fleet.callWith("Bearer " + token, "GET", "/me", "");
    }
}
