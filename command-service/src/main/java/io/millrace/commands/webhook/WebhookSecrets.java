package io.millrace.commands.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.store.ServiceKeyStore;
import io.vertx.core.Future;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What webhooks are signed with, as Standard Webhooks has it: {@code whsec_} and 32 bytes in Base64. Whoever signs must know them, so they
 * are kept, sealed with AES-256-GCM: by a key of the configuration, or else one of the service's own in the database, which at least keeps
 * them out of dumps of their table. Any thread.
 */
public final class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final String KEY_NAME = "webhook-secrets";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final Optional<byte[]> configured;
    private final ServiceKeyStore keys;
    private final Clock clock;
    private volatile byte @Nullable [] key;

    /** @param configured 32 bytes */
    public WebhookSecrets(Optional<byte[]> configured, ServiceKeyStore keys, Clock clock) {
        this.configured = configured;
        this.keys = keys;
        this.clock = clock;
    }

    /** Gets the key, or makes it; to be called before all else. */
    public Future<Void> open() {
        if (configured.isPresent()) {
            key = configured.get();
            return Future.succeededFuture();
        }
        return keys.getOrKeep(KEY_NAME, Base64.getEncoder().encodeToString(bytes(KEY_BYTES)), clock.instant())
                .map(text -> {
                    key = Base64.getDecoder().decode(text);
                    return null;
                });
    }

    public String make() {
        return PREFIX + Base64.getEncoder().encodeToString(bytes(KEY_BYTES));
    }

    /** @param webhook whose it is; sealed for another one it cannot be opened */
    public byte[] seal(String webhook, String secret) {
        byte[] nonce = bytes(NONCE_BYTES);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, webhook, nonce, secret.getBytes(UTF_8));
        byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
        return all;
    }

    /** @throws IllegalArgumentException if it was sealed with another key */
    public String open(String webhook, byte[] sealed) {
        return new String(
                crypt(
                        Cipher.DECRYPT_MODE,
                        webhook,
                        Arrays.copyOf(sealed, NONCE_BYTES),
                        Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length)),
                UTF_8);
    }

    private byte[] crypt(int mode, String webhook, byte[] nonce, byte[] text) {
        byte[] open = key;
        if (open == null) {
            throw new IllegalStateException("secrets before their key is there");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(open, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(webhook.getBytes(UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "its secret cannot be opened: webhooks.secret-key is another one than before (give it a new secret)",
                    e);
        }
    }

    /** The header {@code webhook-signature}. */
    static String signature(String secret, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(PREFIX.length())), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
