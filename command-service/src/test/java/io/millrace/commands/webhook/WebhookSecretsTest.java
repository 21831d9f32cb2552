package io.millrace.commands.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.ServiceKeyStore;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebhookSecretsTest {
    /** The example of the specification of Standard Webhooks. */
    @Test
    void signaturesAreThoseOfStandardWebhooks() {
        assertThat(WebhookSecrets.signature(
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1_614_265_330L,
                        "{\"test\": 2432232314}".getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void whatIsSealedIsOpenedForItsWebhookAndByItsKeyOnly() {
        WebhookSecrets secrets = secrets((byte) 1);
        String secret = secrets.make();
        byte[] sealed = secrets.seal("wh_1", secret);

        assertThat(secrets.open("wh_1", sealed)).isEqualTo(secret).startsWith("whsec_");
        assertThat(new String(sealed, UTF_8)).doesNotContain(secret.substring(6, 20));
        assertThatThrownBy(() -> secrets.open("wh_2", sealed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> secrets((byte) 2).open("wh_1", sealed)).hasMessageContaining("webhooks.secret-key");
    }

    private static WebhookSecrets secrets(byte fill) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, fill);
        Vertx vertx = Vertx.vertx();
        var store = new ServiceKeyStore(new Database(
                vertx, new DatabaseConfig("postgresql://127.0.0.1:1/none", "none", "", Optional.empty(), 1, true)));
        WebhookSecrets secrets = new WebhookSecrets(Optional.of(key), store, Clock.systemUTC());
        assertThat(secrets.open().succeeded()).isTrue();
        var unused = vertx.close();
        return secrets;
    }
}
