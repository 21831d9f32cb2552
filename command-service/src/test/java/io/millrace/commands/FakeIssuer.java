package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An OpenID Connect issuer as far as a resource server sees it: a discovery document, keys that change, tokens. */
final class FakeIssuer implements AutoCloseable {
    private final HttpServer server;
    private final List<PublicJsonWebKey> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile boolean lies;

    FakeIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/realms/millrace/.well-known/openid-configuration",
                exchange -> answer(
                        exchange,
                        "{\"issuer\":\"" + (lies ? "https://other.example" : issuer()) + "\",\"jwks_uri\":\"" + issuer()
                                + "/certs\",\"token_endpoint\":\"" + issuer() + "/token\"}"));
        server.createContext("/realms/millrace/certs", exchange -> {
            fetches.incrementAndGet();
            answer(
                    exchange,
                    published.stream()
                            .map(key -> key.toJson(OutputControlLevel.PUBLIC_ONLY))
                            .collect(Collectors.joining(",", "{\"keys\":[{\"kty\":\"unheard-of\"},", "]}")));
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/millrace";
    }

    /** How often the keys were asked for. */
    int fetches() {
        return fetches.get();
    }

    /** Its discovery document names somebody else from now on. */
    void lie() {
        lies = true;
    }

    PublicJsonWebKey publish(PublicJsonWebKey key) {
        published.add(key);
        return key;
    }

    void withdraw(PublicJsonWebKey key) {
        published.remove(key);
    }

    static PublicJsonWebKey rsa(String id) throws JoseException {
        PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        return key;
    }

    static PublicJsonWebKey ec(String id) throws JoseException {
        PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(id);
        return key;
    }

    /** Claims of a good token for somebody with these roles. */
    JwtClaims claims(String name, String... roles) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer());
        claims.setAudience("millrace", "account");
        claims.setSubject("f3b1-" + name);
        claims.setStringClaim("preferred_username", name);
        claims.setClaim("realm_access", java.util.Map.of("roles", new ArrayList<>(List.of(roles))));
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setIssuedAtToNow();
        return claims;
    }

    static String sign(JwtClaims claims, PublicJsonWebKey key, String algorithm) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKey(key.getPrivateKey());
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setAlgorithmHeaderValue(algorithm);
        return jws.getCompactSerialization();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
