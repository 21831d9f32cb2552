package io.millrace.commands.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.SqlConnectOptions;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * TLS towards PostgreSQL as both drivers are told of it: the authority and the host's name are always looked at, for what is
 * encrypted towards anybody is no secret.
 */
final class DatabaseTls {

    private DatabaseTls() {}

    /** For the driver that runs migrations. */
    static String jdbcUrl(DatabaseConfig config) {
        String url = "jdbc:" + config.url();
        return config.tlsCa()
                .map(ca -> url + "?sslmode=verify-full&sslrootcert="
                        + URLEncoder.encode(ca.toAbsolutePath().toString(), UTF_8))
                .orElse(url);
    }

    /**
     * Asked for each connection, so that an authority whose file was renewed is believed without a restart; without a readable
     * file there is no connection.
     */
    static Supplier<Future<SqlConnectOptions>> verified(Vertx vertx, PgConnectOptions connect, Path ca) {
        return () -> vertx.fileSystem().readFile(ca.toString()).map(pem -> {
            PgConnectOptions verified = new PgConnectOptions(connect);
            verified.setSslMode(SslMode.VERIFY_FULL);
            verified.setSslOptions(new ClientSSLOptions()
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions().addCertValue(pem)));
            return verified;
        });
    }
}
