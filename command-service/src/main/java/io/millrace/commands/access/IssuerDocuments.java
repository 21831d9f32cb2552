package io.millrace.commands.access;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Fetches what an OpenID Connect issuer publishes: its discovery document, and the keys that this names. On event loops; bounded in time and size. */
final class IssuerDocuments {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MAX_BYTES = 1 << 20;

    private final HttpClient client;
    private final URI issuer;

    IssuerDocuments(Vertx vertx, OidcConfig config) {
        issuer = config.issuer();
        HttpClientOptions options = new HttpClientOptions().setConnectTimeout(TIMEOUT_MILLIS);
        config.ca().ifPresent(ca -> options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
        client = vertx.createHttpClient(options);
    }

    Future<List<JsonWebKey>> keys() {
        String discovery = issuer.toString().replaceAll("/$", "") + "/.well-known/openid-configuration";
        return get(discovery).compose(document -> get(keysUri(document))).map(IssuerDocuments::keys);
    }

    private String keysUri(JsonObject document) {
        if (!issuer.toString().equals(document.getValue("issuer"))) {
            throw new IllegalStateException(
                    "the discovery document is of " + document.getValue("issuer") + " (expected " + issuer + ")");
        }
        String uri = String.valueOf(document.getValue("jwks_uri"));
        if (!uri.startsWith(issuer.getScheme() + "://")) {
            throw new IllegalStateException("jwks_uri: " + uri + " (expected " + issuer.getScheme() + "://…)");
        }
        return uri;
    }

    private static List<JsonWebKey> keys(JsonObject document) {
        try {
            return List.copyOf(new JsonWebKeySet(document.encode()).getJsonWebKeys());
        } catch (JoseException e) {
            throw new IllegalStateException("the issuer's keys cannot be read: " + e.getMessage(), e);
        }
    }

    private Future<JsonObject> get(String uri) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(uri)
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("Accept", "application/json");
        return client.request(request)
                .compose(asked -> asked.send().compose(response -> body(uri, response)))
                .timeout(
                        TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS) // Vert.x can lose the end of an answer (docs/decisions.md)
                .map(body -> json(uri, body));
    }

    private static Future<Buffer> body(String uri, HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture(new IllegalStateException(uri + " answers " + response.statusCode()));
        }
        Buffer body = Buffer.buffer();
        Promise<Buffer> whole = Promise.promise();
        response.handler(piece -> {
            if (body.length() + piece.length() > MAX_BYTES) {
                whole.tryFail(new IllegalStateException(uri + " answers more than " + MAX_BYTES + " bytes"));
                var unused = response.request().reset();
            } else {
                body.appendBuffer(piece);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    private static JsonObject json(String uri, Buffer body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException e) {
            throw new IllegalStateException(uri + " answers no JSON object", e);
        }
    }
}
