package io.millrace.commands.access;

import io.millrace.commands.store.ServiceKeyStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of people who have logged in: JWT, signed (HS256) with a key that all instances share through the database, so that
 * any of them knows the tokens of the others and of before a restart. A token names the login that it belongs to; what its user may is
 * looked up there.
 */
public final class Tokens {
    public static final String ISSUER = "millrace";
    private static final String KEY_NAME = "token-signing";
    private static final String LOGIN = "sid";
    private static final int KEY_BYTES = 32;

    private final Vertx vertx;
    private final ServiceKeyStore keys;
    private final Duration lifetime;
    private final Clock clock;
    private volatile @Nullable JWTAuth jwt;

    public Tokens(Vertx vertx, ServiceKeyStore keys, Duration lifetime, Clock clock) {
        this.vertx = vertx;
        this.keys = keys;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** Gets the key, or makes it; before that no token is issued or believed. */
    public Future<Void> open() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return keys.getOrKeep(KEY_NAME, Base64.getEncoder().encodeToString(bytes), clock.instant())
                .map(key -> {
                    jwt = JWTAuth.create(
                            vertx,
                            new JWTAuthOptions()
                                    .addPubSecKey(new PubSecKeyOptions()
                                            .setAlgorithm("HS256")
                                            .setBuffer(key))
                                    .setJWTOptions(new JWTOptions().setIssuer(ISSUER)));
                    return null;
                });
    }

    public Duration lifetime() {
        return lifetime;
    }

    public String issue(String login, String username) {
        return jwt().generateToken(
                        new JsonObject().put(LOGIN, login),
                        new JWTOptions().setSubject(username).setIssuer(ISSUER).setExpiresInSeconds((int)
                                lifetime.toSeconds()));
    }

    /** The login that the token belongs to; empty if the token is none of ours or its time is over. */
    public Future<Optional<String>> login(String token) {
        return jwt().authenticate(new TokenCredentials(token))
                .map(user -> Optional.ofNullable(user.principal().getString(LOGIN)))
                .otherwise(Optional.empty());
    }

    private JWTAuth jwt() {
        JWTAuth open = jwt;
        if (open == null) {
            throw new IllegalStateException("tokens before their key is there");
        }
        return open;
    }
}
